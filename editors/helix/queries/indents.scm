; As Helix names them.
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
