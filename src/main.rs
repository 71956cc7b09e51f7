//! The command line program; everything it does is in the library.

/// A compilation makes many small texts, on several threads at once.
#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    dotpipe::cli::run()
}
