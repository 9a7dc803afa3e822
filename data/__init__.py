"""The bundled example study (installed as suggest.data). All of it is synthetic, written for this project."""
