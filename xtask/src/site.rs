//! The static site: trunk's release build, the content security policy without its development part, the parts of
//! Advise under names that change with them, and what `finish.mjs` adds.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use flate2::Crc;

use crate::project::Project;
use crate::shell::{program, trunk};

/// Trunk's placeholder, as `index.html` and `Trunk.toml` write it. Only the development server fills it in.
const NONCE: &str = "{{NONCE}}";

/// Builds the site into `dist/`.
pub(crate) fn build(project: &Project) -> Result<()> {
    println!(
        "building the site: compiling for size takes about a minute when nothing is compiled yet"
    );
    trunk(project).args("build --release").run()?;
    let page = project.dist().join("index.html");
    let html =
        fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let html = name_by_content(&project.dist(), &harden(&html)?)?;
    fs::write(&page, html).with_context(|| format!("cannot write {}", page.display()))?;
    // Hashes, the service worker, compressed files, everything in one file.
    program(project, "node")
        .arg("xtask/finish.mjs")
        .arg(project.dist())
        .arg(
            project
                .target()
                .join("wasm32-unknown-unknown/web/rebalance-lab.map"),
        )
        .run()
}

/// What Advise loads, each file before those that name it. Trunk gives these no changing names, so that a browser
/// could load a page together with the parts of an older one.
const PARTS: [&str; 4] = [
    "advisor_bg.wasm",
    "advisor.js",
    "advisor_loader.js",
    "editor.js",
];
/// Those that the page names.
const NAMED_IN_PAGE: [&str; 2] = ["advisor_loader.js", "editor.js"];

/// Renames these files after their content, in the files that name them and in the page too.
fn name_by_content(dist: &Path, page: &str) -> Result<String> {
    let mut names: Vec<(&str, String)> = Vec::new();
    let mut page = page.to_owned();
    for name in PARTS {
        let path = dist.join(name);
        let bytes =
            fs::read(&path).with_context(|| format!("trunk has not built {}", path.display()))?;
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => replaced(&text, &names).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        let mut crc = Crc::new();
        crc.update(&bytes);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let new = format!("{stem}-{:08x}.{ending}", crc.sum());
        fs::write(dist.join(&new), bytes)?;
        fs::remove_file(path)?;
        names.push((name, new));
    }
    for (name, new) in names {
        if NAMED_IN_PAGE.contains(&name) {
            if !page.contains(name) {
                bail!("the built page doesn't name {name}; Trunk.toml tells the page where it is");
            }
            page = page.replace(name, &new);
        }
    }
    Ok(page)
}

/// A text with new names for files, but for names that only end alike.
fn replaced(text: &str, names: &[(&str, String)]) -> String {
    let mut text = text.to_owned();
    for (name, new) in names {
        for before in ["./", "'", "\"", "`"] {
            text = text.replace(&format!("{before}{name}"), &format!("{before}{new}"));
        }
    }
    text
}

/// Takes the nonce out of the built page. An error if it has no policy or a script that the policy would stop.
fn harden(html: &str) -> Result<String> {
    let mut html = html.replace(&format!(" 'nonce-{NONCE}'"), "");
    for attribute in [format!(" nonce=\"{NONCE}\""), format!(" nonce={NONCE}")] {
        html = html.replace(&attribute, "");
    }
    if html.contains("nonce") {
        bail!(
            "the built page still has a nonce; its spelling in index.html, Trunk.toml and xtask differs"
        );
    }
    if !html.contains("Content-Security-Policy") {
        bail!("the built page has no content security policy");
    }
    let inline = html.split("<script").skip(1).find(|script| {
        let tag = script.split('>').next().unwrap_or_default();
        !tag.contains(" src=")
    });
    if let Some(script) = inline {
        let start: String = script.chars().take(60).collect();
        bail!("the content security policy stops this inline script: <script{start}…");
    }
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self' 'nonce-{{NONCE}}'; img-src 'self'\">";

    #[test]
    fn the_nonce_goes_from_the_policy_and_the_tags() {
        let html = format!(
            "{POLICY}<script nonce=\"{{{{NONCE}}}}\" src=./a.js></script><link nonce={{{{NONCE}}}} href=b>"
        );
        let expected = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'; img-src 'self'\">\
                        <script src=./a.js></script><link href=b>";
        assert_eq!(harden(&html).unwrap(), expected);
    }

    #[test]
    fn a_page_that_its_policy_would_stop_is_refused() {
        assert!(harden("<script src=a.js></script>").is_err(), "no policy");
        assert!(
            harden(&format!("{POLICY}<script>alert()</script>")).is_err(),
            "inline script"
        );
        assert!(
            harden(&format!("{POLICY}<script nonce=other src=a.js></script>")).is_err(),
            "another nonce"
        );
    }

    #[test]
    fn what_advise_loads_is_named_after_its_content_wherever_it_is_named() {
        let dist = std::env::temp_dir().join(format!("rebalance-lab-names-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        let build = |wasm: &[u8]| {
            fs::write(dist.join("advisor_bg.wasm"), wasm).unwrap();
            fs::write(
                dist.join("advisor.js"),
                "new URL('advisor_bg.wasm',import.meta.url)",
            )
            .unwrap();
            fs::write(
                dist.join("advisor_loader.js"),
                "import init from './advisor.js';",
            )
            .unwrap();
            fs::write(dist.join("editor.js"), "").unwrap();
            let page = "<script data-advisor=\"./advisor_loader.js\" data-editor=\"./editor.js\">";
            name_by_content(&dist, page).unwrap()
        };
        let (first, second) = (build(&[0, 0xFF]), build(&[1, 0xFF]));
        assert_ne!(first, second);
        assert_eq!(first, build(&[0, 0xFF]));
        let loader = first.split(['/', '"']).nth(2).unwrap();
        let text = |name: &str| fs::read_to_string(dist.join(name)).unwrap();
        let loaded = text(loader);
        let script = loaded.split("'./").nth(1).unwrap().trim_end_matches("';");
        let wasm = text(script);
        assert!(
            dist.join(wasm.split('\'').nth(1).unwrap()).is_file(),
            "{wasm}"
        );
        assert!(name_by_content(&dist, "").is_err(), "nothing was built");
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn the_source_page_and_trunk_spell_the_nonce_alike() {
        let root = Project::locate().unwrap().root().to_path_buf();
        assert!(
            fs::read_to_string(root.join("index.html"))
                .unwrap()
                .contains(&format!("'nonce-{NONCE}'"))
        );
        let trunk = fs::read_to_string(root.join("Trunk.toml")).unwrap();
        assert!(trunk.contains(&format!("nonce_placeholder = \"{NONCE}\"")));
    }
}
