[(line_comment) (block_comment)] @comment
(doc) @comment.documentation

[
  "pipe" "pipeline" "stage" "update" "parallel" "sequence" "component" "project" "role" "bucket" "topic" "connection"
  "environment" "provider" "key" "repository" "property" "policy" "artifacts" "dashboard" "let" "option" "param" "variable" "type"
  "use" "import" "from" "in" "as" "on" "notify" "allow" "deny" "when"
] @keyword
["for" "if" "else" "require"] @keyword.control
(action verb: _ @keyword)
(stack_action verb: _ @keyword)

(provider_name) @type.builtin
(stack_action provider: _ @type.builtin)
(type_name (identifier) @type)
(type_declaration name: (identifier) @type)

(pipeline name: (identifier) @type)
(stage name: (identifier) @module)
(update name: (identifier) @module)
(action name: (identifier) @function)
(stack_action name: (identifier) @function)
(resource name: (identifier) @type)
(policy name: (identifier) @type)
(component name: (identifier) @function)
(use component: (reference (identifier) @function.call))
(call function: (identifier) @function.call)

(artifact_name) @constant
(from_clause (reference (identifier) @constant))
(path) @string.special.path

(attribute key: (_) @property)
(entry key: (_) @property)
(field name: (identifier) @property)
(reference member: (identifier) @property)
(argument name: (identifier) @variable.parameter)
(formal name: (identifier) @variable.parameter)
(property name: (identifier) @property)
(parameter name: (identifier) @variable)
(let name: (identifier) @variable)
(for name: (identifier) @variable)
(list_for name: (identifier) @variable)
(on event: (identifier) @constant.builtin)
(outcome (identifier) @constant.builtin)

["\"" "\"\"\"" "'" "'''"] @string
(string_content) @string
(escape) @string.escape
(interpolation ["${" "}"] @punctuation.special)
(runtime ["#{" "}"] @punctuation.special)
(runtime_name) @variable.builtin

[(number) (duration) (percent) (range)] @number
(literal) @constant.builtin
["=" "->" "::" "==" "!=" "&&" "||" "!" "|"] @operator
(ternary ["?" ":"] @operator)
["{" "}" "[" "]" "(" ")" "<" ">"] @punctuation.bracket
["," "."] @punctuation.delimiter
