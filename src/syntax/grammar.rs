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
    Thing(&'static str),
    /// A continuation that is nearly always possible: named only if there is nothing better.
    Operator(&'static str),
    /// The end of the statement.
    End,
    /// Never named.
    Hidden,
}

/// Returns how a rule appears in messages.
pub(super) fn words(rule: Rule) -> Words {
    punctuation(rule).or_else(|| keyword(rule).map(Words::Thing)).unwrap_or_else(|| construct(rule))
}

fn punctuation(rule: Rule) -> Option<Words> {
    use Words::{End, Operator, Thing};
    Some(match rule {
        Rule::l_brace => Thing("`{`"),
        Rule::r_brace => Thing("`}`"),
        Rule::l_bracket | Rule::index => Operator("`[`"),
        Rule::r_bracket => Thing("`]`"),
        Rule::l_paren => Thing("`(`"),
        Rule::r_paren => Thing("`)`"),
        Rule::l_angle => Operator("`<`"),
        Rule::r_angle => Thing("`>`"),
        Rule::comma => Thing("`,`"),
        Rule::dot | Rule::access => Operator("`.`"),
        Rule::colon => Thing("`:`"),
        Rule::double_colon => Operator("`::`"),
        Rule::equals => Thing("`=`"),
        Rule::arrow => Thing("`->`"),
        Rule::bar => Operator("`|`"),
        Rule::optional_mark | Rule::question => Operator("`?`"),
        Rule::or_op => Operator("`||`"),
        Rule::and_op => Operator("`&&`"),
        Rule::cmp_op => Operator("`==`"),
        Rule::bang => Operator("`!`"),
        Rule::close_quote => Thing("a closing `\"`"),
        Rule::close_block => Thing("a closing `\"\"\"`"),
        Rule::close_raw_block => Thing("a closing `'''`"),
        Rule::EOI => End,
        _ => return None,
    })
}

fn construct(rule: Rule) -> Words {
    use Words::{Hidden, Operator, Thing};
    match rule {
        Rule::name | Rule::ident | Rule::reference => Thing("a name"),
        Rule::provider_name => Thing("a provider"),
        Rule::key => Thing("a key"),
        Rule::event => Thing("an event"),
        Rule::outcome => Thing("`fail`, `skip`, `retry`, or `rollback`"),
        Rule::stack_kind => Thing("`stack`, `stackset`, or `stack-instances`"),
        Rule::input | Rule::output => Thing("an artifact"),
        Rule::path => Thing("a file path"),
        Rule::text | Rule::string | Rule::plain_string | Rule::raw | Rule::raw_block | Rule::text_block => {
            Thing("a string")
        }
        Rule::r#type | Rule::type_term | Rule::type_name | Rule::list_type | Rule::record_type => Thing("a type"),
        Rule::field => Thing("a field"),
        Rule::formal => Thing("a parameter"),
        Rule::formals => Thing("`(`"),
        Rule::argument => Thing("an argument"),
        Rule::entry => Thing("an entry"),
        Rule::block => Thing("`{`"),
        Rule::map => Thing("a map"),
        Rule::list => Thing("a list"),
        Rule::import_names => Operator("`{`"),
        Rule::runtime_name => Thing("the name of a variable"),
        Rule::whole | Rule::digits => Thing("a number"),
        Rule::unit => Thing("a unit of time"),
        Rule::lone_statement | Rule::edition => Thing("a statement"),
        Rule::arguments | Rule::contents => Operator("`(`"),
        rule if is_value(rule) => Thing("a value"),
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
