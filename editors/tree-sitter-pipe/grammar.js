/// <reference types="tree-sitter-cli/dsl" />
// The `.pipe` language, with the rules of `grammar/pipe.pest` except those for common mistakes: what the compiler
// reports as a syntax error is also an error here. `cargo test --test editors` compares the two.
//
// `src/scanner.c` determines which line breaks end a statement, and reads comments and the characters of strings.

// The first words of statements. None is reserved: each can also be the name of an attribute.
const STARTERS = [
  'action', 'allow', 'approve', 'artifacts', 'bucket', 'build', 'component', 'connection', 'dashboard', 'delete', 'deny',
  'deploy', 'environment', 'execute', 'for', 'if', 'import', 'invoke', 'key', 'let', 'notify', 'on', 'option', 'parallel',
  'param', 'pipe', 'pipeline', 'policy', 'prepare', 'project', 'property', 'provider', 'repository', 'role', 'run',
  'sequence', 'source', 'stage', 'test', 'topic', 'type', 'update', 'use', 'variable',
];

// The first words of resource declarations.
const RESOURCES = ['project', 'role', 'bucket', 'topic', 'connection', 'environment', 'provider', 'key', 'repository'];

// Elements between brackets, each ended by a line break or a comma.
const elements = ($, rule) => seq(rule, repeat(seq(repeat1($._gap), rule)), repeat($._gap));

module.exports = grammar({
  name: 'pipe',
  word: $ => $.identifier,
  // In the order of `enum Token` in the scanner.
  externals: $ => [
    $._newline, $._continued, $.block_comment, $._text_chars, $._block_chars, $._raw_chars, $._raw_block_chars,
    $._error_sentinel,
  ],
  extras: $ => [/[ \t\r]/, $.line_comment, $.block_comment, $._continued],
  conflicts: $ => [[$.reference, $.call], [$.list_for]],
  supertypes: $ => [$.expression, $.statement],

  rules: {
    source_file: $ => seq(repeat($._sep), optional(seq($.edition, repeat1($._sep))), optional($._items)),
    edition: $ => seq('pipe', alias($._whole, $.number)),
    _whole: _ => /[0-9]+/,

    _sep: $ => choice($._newline, ','),
    _gap: $ => choice($._sep, $.doc),
    _items: $ => seq($._item, repeat(seq(repeat1($._sep), $._item)), repeat($._sep)),
    _item: $ => choice($.doc, seq($.statement, optional($.doc))),
    block: $ => seq('{', repeat($._sep), optional($._items), '}'),
    doc: _ => token(prec(1, /\/\/\/([^/\n][^\n]*)?/)),
    line_comment: _ => token(choice(/\/\/([^/\n][^\n]*)?/, /\/\/\/\/[^\n]*/)),

    statement: $ => choice(
      $.attribute,
      $.import, $.type_declaration, $.parameter, $.let, $.component, $.property, $.policy,
      $.pipeline, $.stage, $.update, $.parallel, $.sequence,
      $.for, $.if, $.use,
      $.allow, $.on, $.notify,
      $.stack_action, $.action, $.resource, $.settings,
    ),

    attribute: $ => seq(field('key', $._key), '=', field('value', $.expression)),
    _key: $ => choice($.identifier, alias(choice(...STARTERS), $.identifier), $._plain_string),

    // ------------------------------------------------------------ pipelines

    pipeline: $ => seq('pipeline', field('name', $._name), field('body', $.block)),
    stage: $ => seq('stage', field('name', $._name), field('body', $.block)),
    update: $ => seq('update', field('name', $._name), $.from_clause, optional(field('body', $.block))),
    parallel: $ => seq('parallel', field('body', $.block)),
    sequence: $ => seq('sequence', field('body', $.block)),

    action: $ => choice(
      seq(
        field('verb', choice('approve', 'run', 'action')),
        field('name', $._name), optional($._clauses), optional(field('body', $.block)),
      ),
      seq(
        field('verb', choice('source', 'build', 'test', 'deploy', 'invoke')),
        field('provider', alias($.identifier, $.provider_name)),
        field('name', $._name), optional($._clauses), optional(field('body', $.block)),
      ),
    ),
    stack_action: $ => seq(
      field('verb', choice('deploy', 'prepare', 'execute', 'delete')),
      field('provider', choice('stack', 'stackset', 'stack-instances')),
      field('name', $._name), optional($._clauses), optional(field('body', $.block)),
    ),

    _clauses: $ => choice(
      seq($.in_clause, optional($.from_clause), optional($.to_clause)),
      seq($.from_clause, optional($.to_clause)),
      $.to_clause,
    ),
    in_clause: $ => seq('in', $.reference),
    from_clause: $ => prec.right(seq(
      'from', repeat($._newline), $._input, repeat(prec.right(1, seq(',', repeat($._newline), $._input))),
    )),
    _input: $ => choice($.artifact_file, $.reference),
    to_clause: $ => prec.right(seq(
      '->', repeat($._newline), $.output, repeat(prec.right(1, seq(',', repeat($._newline), $.output))),
    )),
    output: $ => seq(field('name', alias($.identifier, $.artifact_name)), optional($.contents)),
    contents: $ => seq('(', repeat($._gap), elements($, $._string), ')'),

    on: $ => prec.right(seq(
      'on', field('event', $.identifier), optional(choice($.require, $._string, $.outcome)),
      optional(field('body', $.block)),
    )),
    require: $ => seq('require', '{', repeat($._gap), elements($, $.expression), '}', 'else', $.outcome),
    outcome: $ => prec.right(seq($.identifier, optional($.identifier))),
    notify: $ => seq('notify', $.reference, 'on', $.list, optional(field('body', $.block))),

    // ------------------------------------------------------------ declarations

    resource: $ => prec.right(seq(
      field('kind', choice(...RESOURCES)), field('name', $._name), optional($.for_clause),
      optional(choice(seq('=', field('value', $.expression)), field('body', $.block))),
    )),
    for_clause: $ => seq('for', $.identifier),
    settings: $ => seq(choice('artifacts', 'dashboard'), field('body', $.block)),
    property: $ => prec.right(seq(
      'property', field('name', $._name), ':', field('type', $.type), optional(seq('=', field('value', $.expression))),
      optional(field('body', $.block)),
    )),
    policy: $ => seq('policy', field('name', $._name), field('body', $.block)),
    allow: $ => seq(choice('allow', 'deny'), $.expression, 'on', $.expression, optional(seq('when', $.map))),

    // ------------------------------------------------------------ parameters and reuse

    import: $ => seq(
      'import', optional(seq($.import_names, 'from')), field('path', $._string),
      optional(seq('as', field('alias', $.identifier))),
    ),
    import_names: $ => seq('{', repeat($._gap), elements($, $.identifier), '}'),
    type_declaration: $ => seq('type', field('name', $.identifier), '=', field('type', $.type)),
    parameter: $ => seq(
      field('kind', choice('option', 'param', 'variable')), field('name', $.identifier), ':', field('type', $.type),
      optional(seq('=', field('value', $.expression))),
    ),
    let: $ => seq(
      'let', field('name', $.identifier), optional(seq(':', field('type', $.type))), '=', field('value', $.expression),
    ),
    component: $ => seq('component', field('name', $.identifier), $.formals, field('body', $.block)),
    formals: $ => seq('(', repeat($._gap), optional(elements($, $.formal)), ')'),
    formal: $ => seq(
      field('name', $.identifier), ':', field('type', $.type), optional(seq('=', field('value', $.expression))),
    ),
    use: $ => seq('use', field('component', $.reference), $.arguments, optional(seq('as', field('name', $._name)))),
    for: $ => seq('for', field('name', $.identifier), 'in', field('of', $.expression), field('body', $.block)),
    if: $ => prec.right(seq(
      'if', field('condition', $.expression), field('body', $.block),
      repeat(seq('else', choice(seq('if', field('condition', $.expression), field('body', $.block)), field('body', $.block)))),
    )),

    type: $ => prec.right(seq($._type_term, repeat(seq('|', repeat($._newline), $._type_term)))),
    _type_term: $ => seq(choice($.record_type, $.list_type, $._plain_string, $.type_name), optional('?')),
    type_name: $ => seq($.identifier, optional(seq('<', $.type, repeat(seq(',', $.type)), '>'))),
    list_type: $ => seq('[', $.type, ']'),
    record_type: $ => seq('{', repeat($._gap), optional(elements($, $.field)), '}'),
    field: $ => seq(field('name', $.identifier), ':', $.type),

    // ------------------------------------------------------------ expressions

    expression: $ => choice(
      $._string, $.percent, $.range, $.duration, $.number, $.literal, $.artifact_file, $.call, $.reference, $.list, $.map,
      $.parenthesized, $.unary, $.binary, $.ternary,
    ),
    parenthesized: $ => seq('(', repeat($._newline), $.expression, repeat($._newline), ')'),
    unary: $ => prec(5, seq('!', $.expression)),
    binary: $ => choice(
      prec.left(4, seq($.expression, choice('==', '!='), repeat($._newline), $.expression)),
      prec.left(3, seq($.expression, '&&', repeat($._newline), $.expression)),
      prec.left(2, seq($.expression, '||', repeat($._newline), $.expression)),
    ),
    ternary: $ => prec.right(1, seq(
      $.expression, '?', repeat($._newline), $.expression, repeat($._newline), ':', repeat($._newline), $.expression,
    )),
    // No space before `(`, `.`, and `[`.
    call: $ => seq(
      field('function', $.identifier), repeat(seq(token.immediate('.'), field('function', $.identifier))),
      alias($._call_arguments, $.arguments),
    ),
    _call_arguments: $ => seq(token.immediate('('), repeat($._gap), optional(elements($, $.argument)), ')'),
    arguments: $ => seq('(', repeat($._gap), optional(elements($, $.argument)), ')'),
    argument: $ => seq(optional(seq(field('name', $.identifier), '=')), $.expression),
    reference: $ => seq(
      $.identifier,
      repeat(choice(
        seq(token.immediate('.'), field('member', $.identifier)),
        seq(token.immediate('['), $.expression, ']'),
      )),
    ),
    list: $ => seq('[', repeat($._gap), optional(choice(seq($.list_for, repeat($._gap)), elements($, $.expression))), ']'),
    list_for: $ => seq(
      'for', field('name', $.identifier), 'in', field('of', $.expression), repeat($._newline), ':', repeat($._newline),
      $.expression, optional(seq(repeat($._newline), 'if', $.expression)),
    ),
    map: $ => seq('{', repeat($._gap), optional(elements($, $.entry)), '}'),
    entry: $ => seq(field('key', choice($.identifier, $._plain_string)), '=', field('value', $.expression)),
    artifact_file: $ => seq(
      field('artifact', alias($.identifier, $.artifact_name)), token.immediate('::'),
      field('file', choice($._string_now, $.path)),
    ),
    path: _ => token.immediate(/([A-Za-z0-9_.@+~]|-+[A-Za-z0-9_.@+~])+(\/([A-Za-z0-9_.@+~]|-+[A-Za-z0-9_.@+~])+)*/),

    // ------------------------------------------------------------ text

    _name: $ => choice($._string, $.identifier),
    _string: $ => choice($.raw_block, $.raw_text, $.text_block, $.text),
    _string_now: $ => choice($.raw_text, $.text),
    // A string without interpolation, for keys and literal types.
    _plain_string: $ => choice($.raw_text, alias($.plain_text, $.text)),
    plain_text: $ => seq('"', repeat(choice(alias($._text_chars, $.string_content), $.escape)), token.immediate('"')),
    text: $ => seq(
      '"', repeat(choice(alias($._text_chars, $.string_content), $.escape, $.interpolation, $.runtime)), token.immediate('"'),
    ),
    text_block: $ => seq(
      alias(token(prec(1, /"""[ \t\r]*\n/)), '"""'),
      repeat(choice(
        alias($._block_chars, $.string_content), alias(token.immediate(prec(1, '$${')), $.escape), $.interpolation, $.runtime,
      )),
      token.immediate(prec(2, '"""')),
    ),
    raw_text: $ => seq("'", optional(alias($._raw_chars, $.string_content)), token.immediate("'")),
    raw_block: $ => seq(
      alias(token(prec(1, /'''[ \t\r]*\n/)), "'''"), optional(alias($._raw_block_chars, $.string_content)),
      token.immediate(prec(2, "'''")),
    ),
    escape: _ => token.immediate(prec(1, choice(/\\u\{[0-9A-Fa-f]{1,6}\}/, /\\[ntr"\\]/, '$${'))),
    interpolation: $ => seq(token.immediate(prec(2, '${')), repeat($._newline), $.expression, repeat($._newline), '}'),
    runtime: $ => seq(
      token.immediate(prec(2, '#{')), alias(token.immediate(/[^}"\n]+/), $.runtime_name), token.immediate('}'),
    ),

    // ------------------------------------------------------------ tokens

    literal: _ => choice('true', 'false', 'null'),
    identifier: _ => /[A-Za-z_]([A-Za-z0-9_]|-[A-Za-z0-9])*/,
    number: _ => /-?[0-9]+(\.[0-9]+)?/,
    range: _ => /[0-9]+\.\.[0-9]+/,
    percent: _ => /[0-9]+%/,
    duration: _ => /[0-9]+(ms|s|m|h|d)/,
  },
});
