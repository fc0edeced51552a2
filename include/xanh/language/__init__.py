"""Vietnamese text as it is written in spreadsheets: encodings, spelling, numbers, periods."""
