(pipeline "pipeline" @context name: (_) @name) @item
(stage "stage" @context name: (_) @name) @item
(update "update" @context name: (_) @name) @item
(action verb: _ @context name: (_) @name) @item
(stack_action verb: _ @context name: (_) @name) @item
(component "component" @context name: (_) @name) @item
(resource kind: _ @context name: (_) @name) @item
