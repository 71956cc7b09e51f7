; With the capture names of Helix.
[
  (block)
  (list)
  (map)
  (formals)
  (arguments)
  (contents)
  (record_type)
  (import_names)
  (parenthesized)
] @indent

["}" "]" ")"] @outdent
