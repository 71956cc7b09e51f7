//! The generated parser, and the names of its rules in messages.

use pest_derive::Parser;

/// The parser that pest generates from the grammar.
#[derive(Parser)]
#[grammar = "../grammar/pipe.pest"]
pub(super) struct PipeParser;

/// How a rule appears in "expected ...".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// Something that a reader would expect here.
    Noun(&'static str),
    /// A continuation that is nearly always possible: named only if there is nothing better.
    Operator(&'static str),
    /// The end of the statement.
    End,
    /// Never named.
    Hidden,
}

/// Returns how a rule appears in messages.
pub(super) fn words(rule: Rule) -> Words {
    punctuation(rule).or_else(|| keyword(rule).map(Words::Noun)).unwrap_or_else(|| construct(rule))
}

fn punctuation(rule: Rule) -> Option<Words> {
    use Words::{End, Noun, Operator};
    Some(match rule {
        Rule::l_brace => Noun("`{`"),
        Rule::r_brace => Noun("`}`"),
        Rule::l_bracket | Rule::index => Operator("`[`"),
        Rule::r_bracket => Noun("`]`"),
        Rule::l_paren => Noun("`(`"),
        Rule::r_paren => Noun("`)`"),
        Rule::l_angle => Operator("`<`"),
        Rule::r_angle => Noun("`>`"),
        Rule::comma => Noun("`,`"),
        Rule::dot | Rule::access => Operator("`.`"),
        Rule::colon => Noun("`:`"),
        Rule::double_colon => Operator("`::`"),
        Rule::equals => Noun("`=`"),
        Rule::arrow => Noun("`->`"),
        Rule::bar => Operator("`|`"),
        Rule::optional_mark | Rule::question => Operator("`?`"),
        Rule::or_op => Operator("`||`"),
        Rule::and_op => Operator("`&&`"),
        Rule::cmp_op => Operator("`==`"),
        Rule::bang => Operator("`!`"),
        Rule::close_quote => Noun("a closing `\"`"),
        Rule::close_block => Noun("a closing `\"\"\"`"),
        Rule::close_raw_block => Noun("a closing `'''`"),
        Rule::EOI => End,
        _ => return None,
    })
}

fn construct(rule: Rule) -> Words {
    use Words::{Hidden, Noun, Operator};
    match rule {
        Rule::name | Rule::ident | Rule::reference => Noun("a name"),
        Rule::provider_name => Noun("a provider"),
        Rule::key => Noun("a key"),
        Rule::event => Noun("an event"),
        Rule::outcome => Noun("`fail`, `skip`, `retry`, or `rollback`"),
        Rule::stack_kind => Noun("`stack`, `stackset`, or `stack-instances`"),
        Rule::input | Rule::output => Noun("an artifact"),
        Rule::path => Noun("a file path"),
        Rule::text | Rule::string | Rule::plain_string | Rule::raw | Rule::raw_block | Rule::text_block => {
            Noun("a string")
        }
        Rule::r#type | Rule::type_term | Rule::type_name | Rule::list_type | Rule::record_type => Noun("a type"),
        Rule::field => Noun("a field"),
        Rule::formal => Noun("a parameter"),
        Rule::formals => Noun("`(`"),
        Rule::argument => Noun("an argument"),
        Rule::entry => Noun("an entry"),
        Rule::block => Noun("`{`"),
        Rule::map => Noun("a map"),
        Rule::list => Noun("a list"),
        Rule::import_names => Operator("`{`"),
        Rule::runtime_name => Noun("the name of a variable"),
        Rule::whole | Rule::digits => Noun("a number"),
        Rule::unit => Noun("a unit of time"),
        Rule::lone_statement | Rule::edition => Noun("a statement"),
        Rule::arguments | Rule::contents => Operator("`(`"),
        rule if is_value(rule) => Noun("a value"),
        _ => Hidden,
    }
}

fn is_value(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::expr
            | Rule::or_expr
            | Rule::and_expr
            | Rule::cmp_expr
            | Rule::unary
            | Rule::literal
            | Rule::number
            | Rule::range
            | Rule::percent
            | Rule::duration
            | Rule::call
            | Rule::parens
            | Rule::artifact_file
            | Rule::value_missing
    )
}

macro_rules! keywords {
    ($($rule:ident $text:literal)*) => {
        fn keyword(rule: Rule) -> Option<&'static str> {
            match rule {
                $(Rule::$rule => Some(concat!("`", $text, "`")),)*
                Rule::in_clause => Some("`in`"),
                Rule::from_clause => Some("`from`"),
                Rule::to_clause => Some("`->`"),
                Rule::for_clause => Some("`for`"),
                Rule::require => Some("`require`"),
                Rule::if_branch => Some("`if`"),
                _ => None,
            }
        }

        /// Every keyword, including those that are only special in one position.
        #[cfg(test)]
        pub(super) const KEYWORDS: &[&str] = &[$($text),*];
    };
}

keywords! {
    kw_pipe "pipe"
    kw_pipeline "pipeline"
    kw_stage "stage"
    kw_update "update"
    kw_parallel "parallel"
    kw_sequence "sequence"
    kw_source "source"
    kw_build "build"
    kw_test "test"
    kw_deploy "deploy"
    kw_invoke "invoke"
    kw_approve "approve"
    kw_run "run"
    kw_action "action"
    kw_prepare "prepare"
    kw_execute "execute"
    kw_delete "delete"
    kw_stack "stack"
    kw_stackset "stackset"
    kw_stack_instances "stack-instances"
    kw_in "in"
    kw_from "from"
    kw_on "on"
    kw_require "require"
    kw_else "else"
    kw_notify "notify"
    kw_allow "allow"
    kw_deny "deny"
    kw_when "when"
    kw_import "import"
    kw_as "as"
    kw_type "type"
    kw_param "param"
    kw_option "option"
    kw_variable "variable"
    kw_let "let"
    kw_component "component"
    kw_use "use"
    kw_for "for"
    kw_if "if"
    kw_property "property"
    kw_policy "policy"
    kw_project "project"
    kw_role "role"
    kw_bucket "bucket"
    kw_topic "topic"
    kw_connection "connection"
    kw_environment "environment"
    kw_provider "provider"
    kw_key "key"
    kw_repository "repository"
    kw_artifacts "artifacts"
    kw_dashboard "dashboard"
}

/// The words that begin a statement.
pub(super) const STATEMENT_WORDS: &[&str] = &[
    "pipeline",
    "stage",
    "update",
    "parallel",
    "sequence",
    "source",
    "build",
    "test",
    "deploy",
    "invoke",
    "approve",
    "run",
    "action",
    "prepare",
    "execute",
    "delete",
    "on",
    "notify",
    "allow",
    "deny",
    "import",
    "type",
    "param",
    "option",
    "variable",
    "let",
    "component",
    "use",
    "for",
    "if",
    "property",
    "policy",
    "project",
    "role",
    "bucket",
    "topic",
    "connection",
    "environment",
    "provider",
    "key",
    "repository",
    "artifacts",
    "dashboard",
];
