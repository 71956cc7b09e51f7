//! The images of the documentation: the program's output with its colors, and its graphs.

use std::{env, fs};

use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};

use super::{Sandbox, root};

const FOREGROUND: RgbColor = RgbColor(0xe6, 0xed, 0xf3);
const BACKGROUND: RgbColor = RgbColor(0x0d, 0x11, 0x17);

/// The terminal colors: black, red, green, yellow, blue, magenta, cyan, white, and their bright variants.
const PALETTE: Palette = Palette([
    RgbColor(0x48, 0x4f, 0x58),
    RgbColor(0xff, 0x7b, 0x72),
    RgbColor(0x3f, 0xb9, 0x50),
    RgbColor(0xd2, 0x99, 0x22),
    RgbColor(0x58, 0xa6, 0xff),
    RgbColor(0xbc, 0x8c, 0xff),
    RgbColor(0x39, 0xc5, 0xcf),
    RgbColor(0xb1, 0xba, 0xc4),
    RgbColor(0x6e, 0x76, 0x81),
    RgbColor(0xff, 0xa1, 0x98),
    RgbColor(0x56, 0xd3, 0x64),
    RgbColor(0xe3, 0xb3, 0x41),
    RgbColor(0x79, 0xc0, 0xff),
    RgbColor(0xd2, 0xa8, 0xff),
    RgbColor(0x56, 0xd4, 0xdd),
    RgbColor(0xff, 0xff, 0xff),
]);

#[test]
fn images_are_true() {
    let sandbox = Sandbox::new(&root().join("README.md"));
    let images = [("diagnostic.svg", diagnostic(&sandbox)), ("pipeline.svg", pipeline(&sandbox))];
    for (name, image) in images {
        let path = root().join("docs/images").join(name);
        if env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &image).unwrap();
        }
        let held = fs::read_to_string(&path).unwrap_or_default();
        assert!(held == image, "{} is not what is printed; UPDATE=1 writes it", path.display());
        roxmltree::Document::parse(&image).unwrap();
    }
}

/// Returns the terminal output for the error in the example whose build is missing its permission.
fn diagnostic(sandbox: &Sandbox) -> String {
    let spoilt = "cd examples/serverless-app && sed -i.bak '/allow write/d' pipeline.pipe";
    let check = "dotpipe check pipeline.pipe";
    let done = sandbox.run(&format!("{spoilt} && unset NO_COLOR && CLICOLOR_FORCE=1 {check}"));
    let output = String::from_utf8(done.stdout).unwrap();
    let error = output.split("\n\n").find(|part| part.contains("error[E0803]")).expect("the error is printed");
    assert!(error.contains("\u{1b}[31m"), "it has colors: {error:?}");
    let terminal = Term::new().palette(PALETTE).fg_color(FOREGROUND.into()).bg_color(BACKGROUND.into());
    terminal.render_svg(&format!("\u{1b}[1m$ {check}\u{1b}[0m\n{error}\n"))
}

/// Returns the graph of an example with parallel tests, an approval, and two environments.
fn pipeline(sandbox: &Sandbox) -> String {
    let done = sandbox.run("cd examples/tests-approval-prod && dotpipe graph pipeline.pipe --format svg 2> /dev/null");
    String::from_utf8(done.stdout).unwrap()
}
