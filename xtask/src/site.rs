//! The static site: trunk's release build, and the content security policy without its development part.

use std::fs;

use anyhow::{Context as _, Result, bail};

use crate::project::Project;
use crate::shell::trunk;

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
    fs::write(&page, harden(&html)?).with_context(|| format!("cannot write {}", page.display()))?;
    Ok(())
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
