[
  (block)
  (list)
  (map)
  (formals)
  (arguments)
  (record_type)
  (raw_block)
  (text_block)
  (block_comment)
] @fold
