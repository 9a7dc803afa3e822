# Reads the tables in a folder as docs/export.md says, and prints of each column: table, name, class, missing, and the
# sum of its numbers or the letters of its words. Run by reading_tables.py.
folder <- commandArgs(trailingOnly = TRUE)[1]
whole <- c("paragraph_from", "paragraph_to", "run", "rank", "start", "end", "depth", "segments", "data_segments",
           "characters", "text_version")
share <- c("confidence", "probability")
yes <- c("asked", "stands", "bulk", "current", "fits", "core", "revealed", "completed", "no_code", "flagged",
         "seen_elsewhere")
as_kinds <- function(d, kinds, how) {
  held <- intersect(names(d), kinds)
  d[held] <- lapply(d[held], how)
  d
}
cat(R.version.string, "\n", sep = "")
for (name in c("all", "codings", "suggestions", "decisions", "exposure", "codes", "documents", "segments",
               "matrix-documents", "matrix-segments", "matrix-together")) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", colClasses = "character",
                check.names = FALSE, encoding = "UTF-8")
  if (startsWith(name, "matrix-")) {
    d <- as_kinds(d, setdiff(names(d), c("code", "path", "document", "segment", "external", "cite", "speaker", "role",
                                         "round", "coder", "coder_type")), as.integer)
  } else {
    d <- as_kinds(as_kinds(as_kinds(d, whole, as.integer), share, as.numeric), yes, as.logical)
  }
  for (column in names(d)) {
    held <- d[[column]]
    there <- held[!is.na(held)]
    size <- if (is.character(held)) sum(nchar(there)) else round(sum(as.numeric(there)), 4)
    cat(name, column, class(held), sum(is.na(held)), format(size, digits = 6, scientific = FALSE), sep = "\t")
    cat("\n")
  }
}
