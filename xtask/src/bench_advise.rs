//! `cargo xtask bench-advise`: how long the site's own advisor takes to answer, under Node.

use anyhow::Result;

use crate::project::Project;
use crate::shell::program;

/// Times the advisor that lies in `dist/`.
pub(crate) fn run(project: &Project) -> Result<()> {
    program(project, "node")
        .arg(project.root().join("tests/speed/advise.mjs"))
        .run()
}
