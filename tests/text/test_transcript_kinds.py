"""Transcripts as the programs that record, recognise and transcribe write them: speakers and times are kept."""

import io
import json
from pathlib import Path

import docx
import pytest

from suggest.errors import BadInput
from suggest.text.documents import ReadDocument, read_documents

Told = list[tuple[str | None, int | None, int | None, str]]


def read(folder: Path, name: str, content: str | bytes, **asked: str) -> ReadDocument:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    [document] = read_documents(path, **asked)  # type: ignore[arg-type]
    return document


def told(document: ReadDocument, *roles: str) -> Told:
    """Speaker, times and words of the segments of these roles (all but `other` where none is named)."""
    wanted = roles or ("data", "prompt")
    return [
        (one.speaker, one.time_from, one.time_to, document.text[one.start : one.end])
        for one in document.segments
        if one.role in wanted
    ]


def test_f4_marks_at_the_end_of_paragraphs_are_times_and_no_words(tmp_path: Path) -> None:
    text = (
        "I: Wie war das? #00:00:05-1#\n\nB1: Gut. #00:00:12-5#\n\nUnd dann noch mehr. #00:00:20-0#\n"
        "(lacht)\nI: Aha.\nB1: Mitten #00:00:25-0# darin."
    )
    document = read(tmp_path, "f4.txt", text)
    assert document.text == text
    assert told(document) == [
        ("I", None, 5_100, "Wie war das?"),
        ("B1", 5_100, 12_500, "Gut."),
        ("B1", 12_500, 20_000, "Und dann noch mehr."),
        ("I", 20_000, None, "Aha."),
        ("B1", None, None, "Mitten #00:00:25-0# darin."),
    ]


def test_f4_marks_at_the_start_are_times(tmp_path: Path) -> None:
    document = read(tmp_path, "f4x.txt", "#00:00:01-0# I: Wie?\n\n#00:00:05-1# B1: Gut.\n")
    assert told(document) == [("I", 1_000, None, "Wie?"), ("B1", 5_100, None, "Gut.")]


def test_otters_text_has_names_with_commas_and_a_last_line_that_is_nobodys(tmp_path: Path) -> None:
    text = (
        "Meyer, Anna (she/her)  0:03  \nHello there.\n\nBen K  0:15  \nHi.\nMore.\n\n"
        "Meyer, Anna (she/her)  1:00:03  \nBye.\n\n\nTranscribed by https://otter.ai\n"
    )
    document = read(tmp_path, "otter.txt", text)
    assert told(document) == [
        ("Meyer, Anna (she/her)", 3_000, None, "Hello there."),
        ("Ben K", 15_000, None, "Hi.\nMore."),
        ("Meyer, Anna (she/her)", 3_603_000, None, "Bye."),
    ]
    assert [words for _, _, _, words in told(document, "other")] == ["Transcribed by https://otter.ai"]


def test_zooms_saved_captions_have_names_in_brackets(tmp_path: Path) -> None:
    text = "[Anna Meyer] 10:02:03\nHello there.\n\n[Ben] 10:02:07\nHi.\n\n[Anna Meyer] 10:02:09\nBye.\n"
    assert told(read(tmp_path, "zoom.txt", text)) == [
        ("Anna Meyer", 36_123_000, None, "Hello there."),
        ("Ben", 36_127_000, None, "Hi."),
        ("Anna Meyer", 36_129_000, None, "Bye."),
    ]


def test_zooms_captions_have_names_before_the_words(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnna Meyer: Hello\n\n"
        "2\n00:00:02.000 --> 00:00:03.000\nAnna Meyer: there.\n\n3\n00:00:03.000 --> 00:00:04.500\nBen: Hi.\n"
        "\n4\n00:00:05.000 --> 00:00:06.000\nBen: Bye.\n"
    )
    assert told(read(tmp_path, "zoom.vtt", text)) == [
        ("Anna Meyer", 1_000, 3_000, "Hello\nthere."),
        ("Ben", 3_000, 6_000, "Hi.\nBye."),
    ]


def test_teams_captions_name_speakers_in_tags(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n0f1e-44/12-0\n00:00:03.100 --> 00:00:05.000\n<v Meyer, Anna>Hello there.</v>\n\n"
        "0f1e-44/13-0\n00:00:05.200 --> 00:00:07.000\n<v Meyer, Anna>How are\nyou?</v>\n\n"
        "0f1e-44/14-0\n00:00:07.200 --> 00:00:08.000\n<v Ben>Well.</v>\n"
    )
    assert told(read(tmp_path, "teams.vtt", text)) == [
        ("Meyer, Anna", 3_100, 7_000, "Hello there.\nHow are you?"),
        ("Ben", 7_200, 8_000, "Well."),
    ]


OLD_TEAMS = (
    "0:0:0.0 --> 0:0:1.400\nAnna Meyer\nHello",
    "0:0:1.500 --> 0:0:3.400\nBen K\nHi there",
    "0:0:3.500 --> 0:0:4.0\nAnna Meyer\nBye.",
    "0:0:5.500 --> 0:0:6.0\nBen K\nBye.",
)


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_teams_older_transcripts_have_time_name_and_words_on_lines(tmp_path: Path, kind: str) -> None:
    document = docx.Document()
    for paragraph in OLD_TEAMS:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    read_ = read(tmp_path, f"teams.{kind}", "\n\n".join(OLD_TEAMS) if kind == "txt" else stream.getvalue())
    assert told(read_) == [
        ("Anna Meyer", 0, 1_400, "Hello"),
        ("Ben K", 1_500, 3_400, "Hi there"),
        ("Anna Meyer", 3_500, 4_000, "Bye."),
        ("Ben K", 5_500, 6_000, "Bye."),
    ]
    assert any("first line of each cue" in notice for notice in read_.notices)


def test_teams_word_files_have_name_and_time_above_the_words(tmp_path: Path) -> None:
    document = docx.Document()
    for words in ("Weekly talk", "November 3, 2025, 9:00AM", "45m 3s", "Meyer, Anna started transcription"):
        document.add_paragraph(words)
    turns = (("Meyer, Anna", "0:03", "Hello."), ("Ben", "0:09", "Hi."), ("Meyer, Anna", "1:00:03", "Well. Bye."))
    for name, time, words in turns:
        paragraph = document.add_paragraph("\n")
        paragraph.add_run(name).bold = True
        paragraph.add_run("   ")
        paragraph.add_run(time)
        paragraph.add_run("\n" + words)
    document.add_paragraph("Meyer, Anna stopped transcription")
    stream = io.BytesIO()
    document.save(stream)
    assert told(read(tmp_path, "teams.docx", stream.getvalue())) == [
        ("Meyer, Anna", 3_000, None, "Hello."),
        ("Ben", 9_000, None, "Hi."),
        ("Meyer, Anna", 3_603_000, None, "Well. Bye."),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("[SPEAKER_00]: Hello", "[SPEAKER_01]: Hi", "[SPEAKER_01]: again"),
        ("(speaker 00) Hello", "(speaker 01) Hi", "(speaker 01) again"),
    ],
    ids=["WhisperX", "whisper.cpp"],
)
def test_recognisers_write_speakers_in_brackets(tmp_path: Path, lines: tuple[str, ...]) -> None:
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}\n\n" for n, line in enumerate(lines, 1))
    found = told(read(tmp_path, "a.srt", text))
    assert [(time_from, time_to, words) for _, time_from, time_to, words in found] == [
        (1_000, 1_900, "Hello"),
        (2_000, 3_900, "Hi\nagain"),
    ]
    assert [name[-2:] for name, _, _, _ in found if name] == ["00", "01"]


ROLLING = """WEBVTT
Kind: captions

00:00:00.000 --> 00:00:02.000 align:start
 \nhello<00:00:00.500><c> world</c>

00:00:02.000 --> 00:00:02.010 align:start
hello world
 \n
00:00:02.010 --> 00:00:04.000 align:start
hello world
and<00:00:02.500><c> then</c>

00:00:04.000 --> 00:00:04.010 align:start
and then
 \n
00:00:04.010 --> 00:00:06.000 align:start
and then
we<00:00:04.500><c> left</c>
"""


def test_captions_that_roll_are_said_once(tmp_path: Path) -> None:
    document = read(tmp_path, "a.vtt", ROLLING)
    assert document.text == "hello world\nand then\nwe left"
    assert [one.time_from for one in document.segments] == [0, 2_010, 4_010]
    assert any("roll" in notice for notice in document.notices)


def test_what_speakers_repeat_stays(tmp_path: Path) -> None:
    cues = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\nYes.\n\n" for n in range(1, 7))
    assert read(tmp_path, "a.srt", cues).text == "\n".join(["Yes."] * 6)


RECOGNISED = {
    "Whisper": (
        {
            "text": "x",
            "segments": [{"start": 0.0, "end": 2.5, "text": " Hello"}, {"start": 2.5, "end": 4, "text": "Hi"}],
        },
        [(None, 0, 2_500, "Hello"), (None, 2_500, 4_000, "Hi")],
    ),
    "WhisperX": (
        {"segments": [{"start": 0.1, "end": 2, "text": "Hi", "speaker": "SPEAKER_00", "words": [{"word": "Hi"}]}]},
        [("SPEAKER_00", 100, 2_000, "Hi")],
    ),
    "whisper.cpp": (
        {"transcription": [{"offsets": {"from": 20, "to": 2500}, "text": " Hello"}]},
        [(None, 20, 2_500, "Hello")],
    ),
    "AssemblyAI": (
        {"text": "Hi", "utterances": [{"speaker": "A", "text": "Hi", "start": 250, "end": 400}]},
        [("A", 250, 400, "Hi")],
    ),
    "Deepgram": (
        {"results": {"utterances": [{"speaker": 0, "transcript": "Hi", "start": 0.25, "end": 0.4}]}},
        [("Speaker 0", 250, 400, "Hi")],
    ),
    "Amazon": (
        {
            "results": {
                "audio_segments": [
                    {"transcript": "Hi", "start_time": "0.25", "end_time": "0.4", "speaker_label": "spk_0"}
                ]
            }
        },
        [("spk_0", 250, 400, "Hi")],
    ),
    "Azure": (
        {
            "recognizedPhrases": [
                {"offsetInTicks": 2500000, "durationInTicks": 10000000, "speaker": 1, "nBest": [{"display": "Hi"}]}
            ]
        },
        [("Speaker 1", 250, 1_250, "Hi")],
    ),
    "Otter": (
        {
            "speech": {
                "speakers": [{"id": 7, "speaker_name": "Anna"}],
                "transcripts": [{"transcript": "Hi", "start_offset": 16000, "end_offset": 32000, "speaker_id": 7}],
            }
        },
        [("Anna", 1_000, 2_000, "Hi")],
    ),
    "a list": ([{"text": "Hi\r\nyou", "start": None, "end": float("nan")}], [(None, None, None, "Hi you")]),
}


@pytest.mark.parametrize("kind", RECOGNISED)
def test_recognisers_json_keeps_speakers_and_times(tmp_path: Path, kind: str) -> None:
    held, expected = RECOGNISED[kind]
    assert told(read(tmp_path, "a.json", json.dumps(held), unit="paragraph")) == expected


def test_whispers_table_has_times_in_milliseconds(tmp_path: Path) -> None:
    table = "start\tend\ttext\n0\t2500\tHello\n2500\t3000\tYes\twell\n"
    assert told(read(tmp_path, "a.tsv", table)) == [(None, 0, 2_500, "Hello"), (None, 2_500, 3_000, "Yes\twell")]


def test_such_a_table_is_rows_where_rows_are_asked_for(tmp_path: Path) -> None:
    document = read(tmp_path, "a.tsv", "start\tend\ttext\n0\t2500\tHello\n2500\t3000\tYes\n", unit="row")
    assert [one.attributes for one in document.segments] == [
        (("start", "0"), ("end", "2500")),
        (("start", "2500"), ("end", "3000")),
    ]


BAD = {
    "no JSON": ("{", "line 1, character 2"),
    "deep": ("[" * 200_000, "nested"),
    "a long number": ('{"a": ' + "9" * 5_000 + "}", "number"),
    "something else": ('{"a": [1, 2]}', "kind that is known"),
    "words that are none": ('{"segments": [{"text": "a"}, {"text": 3}]}', "segment 2"),
    "a NUL": ('{"segments": [{"text": "a\\u0000"}]}', "segment 1"),
    "no words": ('{"segments": [{"text": " "}]}', "no segment with words"),
    "plain text": ("hello", "not JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_json_that_is_no_transcript_is_refused(tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    with pytest.raises(BadInput, match=said) as caught:
        read(tmp_path, "a.json", content)
    assert "a.json" in str(caught.value)


def test_a_row_of_whispers_table_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 3"):
        read(tmp_path, "a.tsv", "start\tend\ttext\n0\t1\tHello\nx\t1\tHi\n")


def test_odd_times_are_no_times(tmp_path: Path) -> None:
    segments = [{"text": "a", "start": start} for start in (-1, 1e300, True, "x", "1e999", {"a": 1})]
    document = read(tmp_path, "a.json", json.dumps({"segments": segments}), unit="paragraph")
    assert [one.time_from for one in document.segments] == [None] * 6


def amazon_item(text: str, start: str = "", end: str = "", **more: str) -> dict[str, object]:
    times = {"start_time": start, "end_time": end} if start else {}
    kind = "pronunciation" if start else "punctuation"
    return {**times, "type": kind, "alternatives": [{"confidence": "0.9", "content": text}], **more}


def test_amazons_older_files_have_words_and_speakers_apart(tmp_path: Path) -> None:
    items = [
        amazon_item("How", "0.5", "0.7"), amazon_item("are", "0.7", "0.8"), amazon_item("you", "0.8", "1.0"),
        amazon_item("?"), amazon_item("Fine", "1.5", "2.0"), amazon_item(","), amazon_item("thanks", "2.0", "2.25"),
        amazon_item("."),
    ]  # fmt: skip
    first = ("0.5", "0.7", "0.8")
    labels = [
        {"speaker_label": "spk_0", "items": [{"start_time": at, "speaker_label": "spk_0"} for at in first]},
        {"speaker_label": "spk_1", "items": [{"start_time": "1.5"}, {"start_time": "2.0"}]},
    ]  # fmt: skip
    held = {"jobName": "j", "results": {"transcripts": [], "items": items, "speaker_labels": {"segments": labels}}}
    document = read(tmp_path, "job.json", json.dumps(held))
    assert told(document) == [("spk_0", 500, 1_000, "How are you?"), ("spk_1", 1_500, 2_250, "Fine, thanks.")]
    assert any("Amazon Transcribe (words alone, joined to sentences)" in notice for notice in document.notices)


def test_deepgrams_words_become_sentences_of_their_speakers(tmp_path: Path) -> None:
    spoken = [("so", "So,", 0, 0.5), ("yes", "yes.", 0, 1.0), ("good", "Good", 0, 1.5), ("no", "No", 1, 2.0)]
    words = [
        {"word": word, "punctuated_word": shown, "start": at, "end": at + 0.25, "speaker": speaker}
        for word, shown, speaker, at in spoken
    ]
    held = {"metadata": {}, "results": {"channels": [{"alternatives": [{"transcript": "", "words": words}]}]}}
    document = read(tmp_path, "dg.json", json.dumps(held), unit="paragraph")
    assert told(document) == [
        ("Speaker 0", 500, 1_250, "So, yes."),
        ("Speaker 0", 1_500, 1_750, "Good"),
        ("Speaker 1", 2_000, 2_250, "No"),
    ]


def test_channels_are_speakers_in_the_order_of_time(tmp_path: Path) -> None:
    def channel(*words: tuple[str, float]) -> dict[str, object]:
        return {"alternatives": [{"words": [{"word": word, "start": at, "end": at + 0.5} for word, at in words]}]}

    held = {"results": {"channels": [channel(("Hello.", 0), ("Bye.", 9)), channel(("Hi.", 4)), channel()]}}
    document = read(tmp_path, "dg.json", json.dumps(held))
    assert told(document) == [
        ("Channel 1", 0, 500, "Hello."),
        ("Channel 2", 4_000, 4_500, "Hi."),
        ("Channel 1", 9_000, 9_500, "Bye."),
    ]


def test_words_without_punctuation_end_at_a_pause_or_after_many(tmp_path: Path) -> None:
    words = [{"text": f"w{n}", "start": 300 * n, "end": 300 * n + 200, "speaker": None} for n in range(90)]
    words.append({"text": "late", "start": 30_000, "end": 30_500, "speaker": None})
    held = {"id": "x", "language_model": "assemblyai_default", "text": "", "words": words, "utterances": None}
    document = read(tmp_path, "aai.json", json.dumps(held), unit="paragraph")
    assert [(time_to, len(said.split())) for _, _, time_to, said in told(document)] == [
        (23_900, 80),
        (26_900, 10),
        (30_500, 1),
    ]


def test_azures_channels_are_speakers_and_come_by_time(tmp_path: Path) -> None:
    def phrase(channel: int, at: int, words: str) -> dict[str, object]:
        return {"channel": channel, "offset": at, "duration": 500, "text": words, "locale": "en-US"}

    phrases = [phrase(0, 0, "Hello."), phrase(0, 2_000, "And then?"), phrase(1, 1_000, "It was hard.")]
    document = read(tmp_path, "az.json", json.dumps({"combinedPhrases": [], "phrases": phrases}))
    assert told(document) == [
        ("Channel 1", 0, 500, "Hello."),
        ("Channel 2", 1_000, 1_500, "It was hard."),
        ("Channel 1", 2_000, 2_500, "And then?"),
    ]


def test_a_named_speaker_counts_before_the_channel_and_one_channel_is_nobody(tmp_path: Path) -> None:
    utterances = [
        {"speaker": "A", "text": "Hello.", "start": 0, "end": 10, "channel": "1"},
        {"speaker": None, "text": "Yes.", "start": 20, "end": 30, "channel": "2"},
    ]
    document = read(tmp_path, "aai.json", json.dumps({"utterances": utterances}))
    assert [said[0] for said in told(document)] == ["A", "Channel 2"]
    document = read(tmp_path, "one.json", json.dumps({"utterances": utterances[1:]}))
    assert [said[0] for said in told(document)] == [None]


ODD = [
    {
        "results": {
            "channels": [None, 5, {"alternatives": []}, {"alternatives": [None]}, {"alternatives": [{"words": 3}]}]
        }
    },
    {"results": {"channels": [{"alternatives": [{"words": [1, None, {"word": 5, "start": "x"}, {"word": ""}]}]}]}},
    {
        "results": {
            "items": [None, 3, {"alternatives": []}, {"alternatives": [None]}, {"alternatives": [{"content": 7}]}]
        }
    },
    {"results": {"items": [], "speaker_labels": {"segments": [None, {"items": [None, 4]}]}}},
    {"words": [{"text": None}], "audio_url": 3},
    {"results": {"channels": [{"alternatives": {"words": []}}]}},
    {"results": {"items": [{"alternatives": {"content": "so"}}]}},
]


@pytest.mark.parametrize("held", ODD)
def test_odd_shapes_of_words_are_refused_and_nothing_else(tmp_path: Path, held: object) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, "odd.json", json.dumps(held))


def test_odd_times_of_words_are_none(tmp_path: Path) -> None:
    words = [{"word": "Yes", "start": at, "end": at} for at in (None, True, "x", [1], -4, 1e300)]
    held = {"results": {"channels": [{"alternatives": [{"words": words}]}]}}
    document = read(tmp_path, "odd.json", json.dumps(held), unit="paragraph")
    assert document.text.split().count("Yes") == 6
