; With the capture names of Neovim.
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
] @indent.begin

["}" "]" ")"] @indent.branch @indent.end

[(raw_block) (text_block) (block_comment)] @indent.ignore

(ERROR) @indent.auto
