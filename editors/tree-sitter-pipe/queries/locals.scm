[(source_file) (component) (for) (list_for)] @local.scope

(let name: (identifier) @local.definition.var)
(parameter name: (identifier) @local.definition.parameter)
(formal name: (identifier) @local.definition.parameter)
(for name: (identifier) @local.definition.var)
(list_for name: (identifier) @local.definition.var)
(component name: (identifier) @local.definition.function)
(type_declaration name: (identifier) @local.definition.type)

(reference . (identifier) @local.reference)
(use component: (reference . (identifier) @local.reference))
(type_name (identifier) @local.reference)
