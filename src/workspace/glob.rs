//! Globs of paths: `*` and `?` match no `/`, and `**` matches folders.

use globset::{Glob, GlobBuilder};

#[cfg(not(target_family = "wasm"))]
use fast as engine;
#[cfg(target_family = "wasm")]
use small as engine;

/// A glob of paths.
#[derive(Debug, Clone)]
pub struct PathGlob(engine::Matcher);

impl PathGlob {
    /// Compiles a glob; `None` if it is invalid.
    pub fn new(pattern: &str) -> Option<Self> {
        engine::compile(pattern).map(Self)
    }

    /// Returns whether it matches a path.
    pub fn is_match(&self, path: impl AsRef<str>) -> bool {
        engine::is_match(&self.0, path.as_ref())
    }
}

fn parse(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok()
}

/// The matcher of `globset`, for thousands of paths.
#[cfg(not(target_family = "wasm"))]
mod fast {
    use globset::GlobMatcher;

    pub(super) type Matcher = GlobMatcher;

    pub(super) fn compile(pattern: &str) -> Option<Matcher> {
        super::parse(pattern).map(|glob| glob.compile_matcher())
    }

    pub(super) fn is_match(matcher: &Matcher, path: &str) -> bool {
        matcher.is_match(path)
    }
}

/// A matcher for web pages, which have a few files. That of `globset` consists of several engines, which would be a large part
/// of the module.
#[cfg(any(test, target_family = "wasm"))]
mod small {
    use regex_automata::nfa::thompson;
    use regex_automata::nfa::thompson::pikevm::PikeVM;
    use regex_automata::util::syntax;

    pub(super) type Matcher = PikeVM;

    /// With the settings of `globset`.
    pub(super) fn compile(pattern: &str) -> Option<Matcher> {
        let bytes = syntax::Config::new().utf8(false).dot_matches_new_line(true);
        let glob = super::parse(pattern)?;
        PikeVM::builder().syntax(bytes).thompson(thompson::Config::new().utf8(false)).build(glob.regex()).ok()
    }

    pub(super) fn is_match(matcher: &Matcher, path: &str) -> bool {
        matcher.is_match(&mut matcher.create_cache(), path)
    }
}

#[cfg(test)]
mod tests {
    use super::{fast, small};

    #[test]
    fn both_engines_match_the_same_paths() {
        let paths = ["", "a", "a.js", "src/a.js", "src/b/c.js", "src/b", "src/\u{e9}.js", "a\nb", "[a]", "ab", ".env"];
        let patterns =
            ["*", "**", "*.js", "**/*.js", "src/**", "src/*/c.js", "?", "[ab].js", "{a,ab}", "src/?.js", "\\[a\\]"];
        let mut matched = 0;
        for pattern in patterns {
            let (fast_matcher, small_matcher) = (fast::compile(pattern).unwrap(), small::compile(pattern).unwrap());
            for path in paths {
                let found = fast::is_match(&fast_matcher, path);
                assert_eq!(small::is_match(&small_matcher, path), found, "{pattern}: {path}");
                matched += usize::from(found);
            }
        }
        assert!(matched > 20, "{matched}");
        assert!(fast::compile("[a").is_none() && small::compile("[a").is_none());
    }
}
