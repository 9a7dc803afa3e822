"""All suggestions of one code in a row: constant comparison."""
