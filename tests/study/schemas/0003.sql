-- fold 11

CREATE TABLE log (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, clock INTEGER NOT NULL, tick INTEGER NOT NULL, at TEXT,
  actor TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (replica, seq)) STRICT;
CREATE UNIQUE INDEX log_order ON log (clock, tick, replica, seq);
CREATE INDEX log_kind ON log (kind, clock, tick, replica, seq);
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_no_replace BEFORE INSERT ON log
  WHEN EXISTS (SELECT 1 FROM log WHERE replica = new.replica AND seq = new.seq)
  BEGIN SELECT raise(ABORT, 'the log is append-only'); END;
CREATE TABLE content (
  id TEXT PRIMARY KEY, salt BLOB NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE local_binding (
  replica TEXT PRIMARY KEY, token TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL) STRICT;
CREATE TABLE local_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE cache_digest (digest TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (digest, document)) STRICT;

CREATE TABLE cache_vector (key BLOB PRIMARY KEY, document TEXT, vectors BLOB NOT NULL) STRICT;
CREATE INDEX cache_vector_document ON cache_vector (document);

CREATE TABLE local_claim (
  round TEXT NOT NULL, segment INTEGER NOT NULL, coder TEXT NOT NULL, session TEXT NOT NULL, file TEXT NOT NULL,
  until INTEGER NOT NULL, PRIMARY KEY (round, segment, coder, session)) STRICT, WITHOUT ROWID;

CREATE TABLE replica (replica TEXT PRIMARY KEY, size INTEGER NOT NULL, head TEXT NOT NULL) STRICT;
CREATE TABLE known (replica TEXT NOT NULL, other TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (replica, other)) STRICT;
CREATE TABLE study (study TEXT PRIMARY KEY, title TEXT NOT NULL, secret TEXT NOT NULL) STRICT;
CREATE TABLE tombstone (content TEXT PRIMARY KEY, replica TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE replacement (old TEXT PRIMARY KEY, new TEXT NOT NULL) STRICT;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER, text TEXT) STRICT;
CREATE TABLE coder (coder TEXT PRIMARY KEY, n INTEGER NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE twin (coder TEXT PRIMARY KEY, same_as TEXT NOT NULL) STRICT;

CREATE TABLE document (
  document TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, label TEXT NOT NULL, name TEXT, attributes TEXT,
  text TEXT NOT NULL, length INTEGER NOT NULL, version INTEGER NOT NULL, unit TEXT NOT NULL,
  first INTEGER NOT NULL, count INTEGER NOT NULL, data INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
CREATE INDEX document_first ON document (first);
CREATE TABLE speaker (document TEXT NOT NULL, n INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (document, n)) STRICT;
CREATE TABLE chunk (document TEXT NOT NULL, k INTEGER NOT NULL, content TEXT NOT NULL,
  PRIMARY KEY (document, k)) STRICT;
CREATE TABLE segment (
  n INTEGER PRIMARY KEY, document TEXT NOT NULL, ord INTEGER NOT NULL, role TEXT NOT NULL, speaker INTEGER,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, paragraph_from INTEGER NOT NULL, paragraph_to INTEGER NOT NULL,
  time_from INTEGER, time_to INTEGER) STRICT;
CREATE TABLE consent (document TEXT NOT NULL, speaker INTEGER NOT NULL, flag TEXT NOT NULL, marks TEXT NOT NULL,
  PRIMARY KEY (document, speaker, flag)) STRICT;
CREATE TABLE correction (
  document TEXT NOT NULL, version INTEGER NOT NULL, replica TEXT NOT NULL, seq INTEGER NOT NULL,
  live INTEGER NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL, edits TEXT NOT NULL, unseen TEXT NOT NULL,
  PRIMARY KEY (document, version)) STRICT;
CREATE INDEX correction_entry ON correction (replica, seq);

CREATE TABLE second_text (text TEXT PRIMARY KEY, document TEXT NOT NULL, ord INTEGER NOT NULL, side TEXT NOT NULL,
  language TEXT, name TEXT) STRICT;
CREATE INDEX second_text_document ON second_text (document, ord);
CREATE TABLE second_part (
  text TEXT NOT NULL, n INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, added TEXT, words TEXT,
  withdrawn INTEGER NOT NULL, PRIMARY KEY (text, n)) STRICT;
CREATE INDEX second_part_last ON second_part (text, last);
CREATE TABLE second_act (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, ord INTEGER NOT NULL, text TEXT NOT NULL, n INTEGER NOT NULL,
  actor TEXT NOT NULL, action TEXT NOT NULL, of TEXT, words TEXT, seen INTEGER NOT NULL, live INTEGER NOT NULL,
  PRIMARY KEY (replica, seq, text, n)) STRICT;
CREATE INDEX second_act_part ON second_act (text, n, ord);

CREATE TABLE tree_change (
  n INTEGER PRIMARY KEY, replica TEXT NOT NULL, seq INTEGER NOT NULL, actor TEXT NOT NULL, live INTEGER NOT NULL,
  change TEXT NOT NULL, UNIQUE (replica, seq)) STRICT;
CREATE TABLE code (
  code TEXT PRIMARY KEY, n INTEGER NOT NULL, parent TEXT, wording TEXT NOT NULL, state TEXT NOT NULL, heir TEXT,
  defined INTEGER NOT NULL) STRICT;
CREATE TABLE tree_view (view INTEGER PRIMARY KEY, heads TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE round (
  round TEXT PRIMARY KEY, n INTEGER NOT NULL, name TEXT NOT NULL, purpose TEXT NOT NULL, overlap INTEGER NOT NULL,
  scope TEXT NOT NULL, scope_code TEXT, coders TEXT, documents TEXT, state TEXT NOT NULL,
  released INTEGER NOT NULL) STRICT;
CREATE TABLE assignment (round TEXT NOT NULL, coder TEXT NOT NULL, documents TEXT, segments TEXT,
  PRIMARY KEY (round, coder)) STRICT;
CREATE TABLE membership (
  round TEXT NOT NULL, coder TEXT NOT NULL, remaining INTEGER NOT NULL, completed INTEGER NOT NULL,
  PRIMARY KEY (round, coder)) STRICT;
CREATE TABLE draw (
  round TEXT NOT NULL, document TEXT NOT NULL, seed TEXT NOT NULL, core INTEGER NOT NULL, arm INTEGER NOT NULL,
  unsuggested INTEGER NOT NULL, opening INTEGER NOT NULL, ord INTEGER NOT NULL, replica TEXT NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY (round, document)) STRICT;
CREATE INDEX draw_ord ON draw (round, ord);
CREATE TABLE core_block (
  round TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, exposure TEXT NOT NULL,
  probability INTEGER NOT NULL, PRIMARY KEY (round, first)) STRICT;

CREATE TABLE run (
  run TEXT PRIMARY KEY, n INTEGER NOT NULL, model TEXT NOT NULL, identity TEXT NOT NULL, parameters TEXT NOT NULL,
  prompt TEXT, threshold INTEGER, training TEXT, codes TEXT, segments INTEGER NOT NULL, state TEXT NOT NULL,
  suggested INTEGER NOT NULL, no_code INTEGER NOT NULL, failed INTEGER NOT NULL, tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL, view INTEGER NOT NULL, ord INTEGER NOT NULL, documents INTEGER NOT NULL,
  unaware TEXT NOT NULL, baseline INTEGER NOT NULL) STRICT;
CREATE TABLE suggestion_set (
  hash TEXT PRIMARY KEY, run TEXT NOT NULL, segment INTEGER NOT NULL, task TEXT NOT NULL, version INTEGER NOT NULL,
  candidates TEXT NOT NULL, notes TEXT, raw TEXT, context TEXT NOT NULL, offered TEXT) STRICT;
CREATE INDEX suggestion_set_segment ON suggestion_set (segment, run);
CREATE TABLE current_set (segment INTEGER NOT NULL, model TEXT NOT NULL, scope TEXT NOT NULL, run_n INTEGER NOT NULL,
  hash TEXT NOT NULL, PRIMARY KEY (segment, model, scope)) STRICT;
CREATE TABLE failure (run TEXT NOT NULL, segment INTEGER NOT NULL, task TEXT NOT NULL, reason TEXT NOT NULL,
  detail TEXT, PRIMARY KEY (run, segment)) STRICT;
CREATE TABLE model_words (content TEXT PRIMARY KEY, segment INTEGER NOT NULL, context TEXT NOT NULL, run TEXT,
  task TEXT) STRICT;
CREATE INDEX model_words_segment ON model_words (segment);

CREATE TABLE proposal_run (
  run TEXT PRIMARY KEY, n INTEGER NOT NULL, model TEXT NOT NULL, identity TEXT NOT NULL, parameters TEXT NOT NULL,
  prompt TEXT, segments INTEGER NOT NULL, state TEXT NOT NULL, tokens_in INTEGER NOT NULL,
  tokens_out INTEGER NOT NULL) STRICT;
CREATE TABLE proposal_answer (run TEXT NOT NULL, segment INTEGER NOT NULL, task TEXT NOT NULL,
  PRIMARY KEY (run, segment)) STRICT;
CREATE INDEX proposal_answer_segment ON proposal_answer (segment);
CREATE TABLE proposal (
  proposal TEXT PRIMARY KEY, ord INTEGER NOT NULL, i INTEGER NOT NULL, run TEXT NOT NULL, segment INTEGER NOT NULL,
  version INTEGER NOT NULL, wording TEXT NOT NULL, parent TEXT, start INTEGER, "end" INTEGER,
  state TEXT NOT NULL) STRICT;
CREATE INDEX proposal_segment ON proposal (segment);
CREATE TABLE proposal_act (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, proposal TEXT NOT NULL, action TEXT NOT NULL, code TEXT, reason TEXT,
  PRIMARY KEY (replica, seq, proposal)) STRICT;
CREATE INDEX proposal_act_proposal ON proposal_act (proposal);

CREATE TABLE profile (name TEXT PRIMARY KEY, spec TEXT) STRICT;
CREATE TABLE prompt (
  ord INTEGER PRIMARY KEY, replica TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT,
  text TEXT) STRICT;
CREATE TABLE host (
  host TEXT PRIMARY KEY, name TEXT NOT NULL, allowed INTEGER NOT NULL, revoked TEXT NOT NULL,
  requests INTEGER NOT NULL, characters INTEGER NOT NULL) STRICT;
CREATE TABLE sent (host TEXT NOT NULL, segment TEXT NOT NULL, PRIMARY KEY (host, segment)) STRICT, WITHOUT ROWID;

CREATE TABLE act (
  ord INTEGER PRIMARY KEY, replica TEXT NOT NULL, seq INTEGER NOT NULL, coder TEXT NOT NULL, kind TEXT NOT NULL,
  round TEXT, segment INTEGER, action TEXT NOT NULL, "set" TEXT, rank INTEGER, code TEXT, start INTEGER,
  "end" INTEGER, reason TEXT, view INTEGER, scope TEXT, scope_code TEXT, asked TEXT, bulk TEXT, live INTEGER NOT NULL,
  UNIQUE (replica, seq)) STRICT;
CREATE INDEX act_bulk ON act (bulk, ord) WHERE bulk IS NOT NULL;
CREATE INDEX act_unit ON act (coder, segment, round, ord);
CREATE INDEX act_live ON act (coder, ord) WHERE live = 1;
CREATE INDEX act_completed ON act (coder, round, ord) WHERE live = 1 AND action = 'complete';
CREATE INDEX act_segment ON act (segment);
CREATE TABLE revert (
  ord INTEGER PRIMARY KEY, replica TEXT NOT NULL, seq INTEGER NOT NULL, coder TEXT NOT NULL,
  target_replica TEXT NOT NULL, target_seq INTEGER NOT NULL, live INTEGER NOT NULL, UNIQUE (replica, seq)) STRICT;
CREATE INDEX revert_live ON revert (coder, ord) WHERE live = 1;
CREATE INDEX revert_target ON revert (target_replica, target_seq);
CREATE TABLE ref (coder TEXT NOT NULL, digest TEXT NOT NULL, replica TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (coder, digest)) STRICT;
CREATE TABLE unit (
  round TEXT NOT NULL, coder TEXT NOT NULL, segment INTEGER NOT NULL, assigned TEXT, actual TEXT, sets TEXT,
  revealed TEXT, completed INTEGER, view INTEGER, scope TEXT, scope_code TEXT, asked TEXT, no_code INTEGER NOT NULL,
  flagged INTEGER NOT NULL, later INTEGER, acts INTEGER NOT NULL, seen INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (round, coder, segment)) STRICT;
CREATE INDEX unit_segment ON unit (segment);
CREATE INDEX unit_flagged ON unit (round, coder, segment) WHERE flagged = 1;
CREATE INDEX unit_later ON unit (round, coder, later) WHERE later IS NOT NULL;
CREATE TABLE coding (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, i INTEGER NOT NULL, coder TEXT NOT NULL, round TEXT NOT NULL,
  segment INTEGER NOT NULL, document TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  code_applied TEXT NOT NULL, code TEXT NOT NULL, origin TEXT NOT NULL, "set" TEXT, rank INTEGER,
  lost INTEGER NOT NULL, PRIMARY KEY (replica, seq, i)) STRICT;
CREATE INDEX coding_unit ON coding (coder, segment, round);
CREATE INDEX coding_document ON coding (document, start);
CREATE INDEX coding_code ON coding (code, coder, segment);
CREATE TABLE snapshot (
  round TEXT NOT NULL, coder TEXT NOT NULL, segment INTEGER NOT NULL, i INTEGER NOT NULL, code TEXT,
  start INTEGER, "end" INTEGER, view INTEGER NOT NULL, PRIMARY KEY (round, coder, segment, i)) STRICT;
CREATE INDEX snapshot_segment ON snapshot (segment);
CREATE TABLE settlement (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, ord INTEGER NOT NULL, round TEXT NOT NULL, segment INTEGER NOT NULL,
  actor TEXT NOT NULL, codes TEXT, coders TEXT NOT NULL, view INTEGER NOT NULL, reason TEXT,
  PRIMARY KEY (replica, seq)) STRICT;
CREATE INDEX settlement_segment ON settlement (segment);
CREATE TABLE look (
  ord INTEGER PRIMARY KEY, round TEXT NOT NULL, actor TEXT NOT NULL, documents INTEGER NOT NULL,
  segments INTEGER NOT NULL) STRICT;
CREATE INDEX look_round ON look (round, ord);
CREATE TABLE memo (
  replica TEXT NOT NULL, seq INTEGER NOT NULL, coder TEXT NOT NULL, about TEXT NOT NULL, subject TEXT,
  segment INTEGER, coding_replica TEXT, coding_seq INTEGER, text TEXT NOT NULL, type TEXT, live INTEGER NOT NULL,
  PRIMARY KEY (replica, seq)) STRICT;
CREATE INDEX memo_segment ON memo (segment);
CREATE TABLE tally (name TEXT NOT NULL, key TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (name, key)) STRICT;
CREATE TABLE pages (name TEXT NOT NULL, page INTEGER NOT NULL, bits BLOB NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (name, page)) STRICT;
CREATE TABLE exported (replica TEXT NOT NULL, seq INTEGER NOT NULL, target TEXT NOT NULL, path TEXT NOT NULL,
  PRIMARY KEY (replica, seq)) STRICT;
