//! The command-line program; the library contains all of its functions.

/// A compilation allocates many short strings, on several threads at once.
#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    dotpipe::cli::run()
}
