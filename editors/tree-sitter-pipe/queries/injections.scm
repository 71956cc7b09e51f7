; An inline buildspec, or another inline file.
((call
  function: (identifier) @_function
  (arguments (argument (raw_block (string_content) @injection.content))))
  (#eq? @_function "yaml")
  (#set! injection.language "yaml"))

((call
  function: (identifier) @_function
  (arguments (argument (raw_block (string_content) @injection.content))))
  (#eq? @_function "json")
  (#set! injection.language "json"))

; The shell commands of an action.
((attribute
  key: (identifier) @_key
  value: (list [
    (text (string_content) @injection.content)
    (raw_text (string_content) @injection.content)
    (text_block (string_content) @injection.content)
    (raw_block (string_content) @injection.content)
  ]))
  (#eq? @_key "commands")
  (#set! injection.language "bash"))
