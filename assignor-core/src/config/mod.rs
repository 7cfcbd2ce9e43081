//! Consumer configuration as its author wrote it, and what it means for the client that reads it.
//!
//! [`Config::parse`] reads a text without losing a byte and never fails. [`Config::effective`] says
//! which value of a property counts and where it came from: set in the text, a framework's default
//! or the default of the client's version. The [`catalog`] knows Kafka's properties; [`secrets`]
//! knows which values must not be shown.
//!
//! Sources of truth: `java.util.Properties` (`OpenJDK` 17) for the format, `ConfigDef.parseType` for
//! values, `ConsumerConfig` of the releases 0.9 to 4.3 for the catalog.

mod binding;
mod bound;
pub mod catalog;
mod client;
mod code;
mod containers;
mod cover;
mod detect;
pub(crate) mod dialect;
mod document;
mod effective;
mod env;
mod go;
mod javascript;
mod json;
mod lex;
mod literal;
mod members;
mod owners;
mod properties;
mod python;
mod scopes;
pub mod secrets;
mod span;
pub(crate) mod spring;
mod sql;
mod value;
mod words;
mod xml;
mod yaml;

pub use catalog::Limits;
pub use client::{Client, ClientError, Family};
pub use dialect::keys as client_keys;
pub use document::{
    Binding, Config, Entry, Format, ParseOptions, Part, Problem, ProblemKind, Token, TokenKind,
    Written,
};
pub use effective::{Effective, Origin};
pub(crate) use effective::{framework_default, has_placeholder};
pub use span::{Lines, Position, Span};
pub use value::{NotAValue, Type, Value};

pub use crate::version::{KafkaVersion, VersionError};
