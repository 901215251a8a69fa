"""The engine held against theory: closed forms, and a family of cases run on the engine and judged together."""
