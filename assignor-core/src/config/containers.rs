//! Containers in YAML: whose settings a scalar is, and the variables of its environment.
//!
//! A service of compose, a container of a pod and, in values for Helm, whatever has an `env` are
//! containers. `- name: X` with `value: Y` in a list called `env` is one variable.

use std::collections::BTreeSet;

use super::document::Entry;
use super::env;
use super::literal::entry;
use super::yaml::Scalar;

/// The paths of the containers in a text.
pub(super) struct Containers<'a> {
    /// Whatever has variables, by document and path.
    with_variables: BTreeSet<(usize, &'a [String])>,
}

impl<'a> Containers<'a> {
    pub(super) fn of(scalars: &'a [Scalar]) -> Self {
        let owner = |scalar: &'a Scalar| {
            let at = scalar.path.iter().position(|part| is_environment(part))?;
            let path = scalar.path.get(..at).filter(|path| !path.is_empty())?;
            Some((scalar.document, path))
        };
        Self {
            with_variables: scalars.iter().filter_map(owner).collect(),
        }
    }

    /// The path to the container that a scalar belongs to.
    pub(super) fn around(&self, scalar: &'a Scalar) -> Option<&'a [String]> {
        let path = scalar.path.as_slice();
        if path.first().is_some_and(|first| first == "services") {
            return path.get(..2);
        }
        let is =
            |part: &String| part.starts_with("containers") || part.starts_with("initContainers");
        if let Some(end) = path.iter().position(is) {
            return path.get(..=end);
        }
        let mut outer = (1..path.len()).filter_map(|end| path.get(..end));
        outer.find(|path| self.with_variables.contains(&(scalar.document, path)))
    }
}

/// Whether the variables of a container stand below a key of that name.
fn is_environment(part: &str) -> bool {
    let name = part.split('[').next().unwrap_or(part);
    matches!(name, "env" | "environment" | "extraEnv" | "envVars")
}

/// Whether a key in a map of that name is an environment variable.
pub(super) fn holds_variables(map: &str, name: &str) -> bool {
    match map {
        "environment" => env::is_name(name),
        "env" | "data" | "stringData" | "extraEnv" | "envVars" => {
            env::is_name(name) && name.contains('_') && !name.contains(char::is_lowercase)
        }
        _ => false,
    }
}

/// What a scalar is in a list called `env`.
pub(super) enum Variable {
    /// The name, which stands for the whole variable.
    Whole(Entry),
    /// Another part of a variable.
    Part,
}

/// `- name: X` with `value: Y` in a list called `env`; `None` where it isn't that.
pub(super) fn container_variable(scalars: &[Scalar], at: usize) -> Option<Variable> {
    let scalar = scalars.get(at)?;
    let position = scalar
        .path
        .iter()
        .rposition(|part| part == "env" || part.starts_with("env["))?;
    if scalar.item == 0 || position + 1 >= scalar.path.len() {
        return None;
    }
    let own = |other: &&Scalar| other.item == scalar.item && other.path.len() > position + 1;
    // The other parts of an item stand beside it.
    let beside = |other: &&Scalar| other.item >= scalar.item;
    let before = scalars.get(..at).unwrap_or_default().iter().rev();
    let before = before.take_while(beside).count();
    let neighbours = scalars.get(at - before..).unwrap_or_default();
    let part = |scalar: &Scalar, name: &str| {
        scalar
            .path
            .get(position + 1)
            .is_some_and(|part| part == name)
    };
    if !part(scalar, "name") {
        return Some(Variable::Part);
    }
    let rest = || {
        let neighbours = neighbours.iter();
        neighbours
            .take_while(|other| other.item == scalar.item || other.path.len() > position + 1)
            .filter(own)
    };
    let value = rest().find(|other| part(other, "value"));
    let (text, span) = if let Some(value) = value {
        (value.value.clone(), value.span)
    } else {
        let from = rest().find(|other| part(other, "valueFrom"))?;
        (format!("${{{}}}", from.value), from.span)
    };
    let variable = entry(scalar.value.clone(), scalar.span, text, span);
    Some(Variable::Whole(variable))
}
