//! From a request to its answer.

use crate::answer::{
    Answer, Edit, Evidence, Finding, Fix, Fixed, Question, Reading, Start, Startup, Unread,
};
use crate::changes::changes;
use crate::facts::Known;
use crate::look::Seen;
use crate::places::{Place, Places};
use crate::request::{Look, Request};
use crate::samples::samples;
use assignor_core::config::{Config, Format, Token, TokenKind};
use assignor_core::lint::{self, Applicability, Options, Verdict, rules};
use assignor_core::startup::stack_trace;

/// A conversation: the texts that were judged last can be looked at.
#[derive(Debug, Default)]
pub struct Session {
    configs: Vec<Config>,
}

impl Session {
    /// Everything that is said about the texts of a request.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let known = Known::of(request);
        let texts = request.texts.iter();
        self.configs = texts
            .map(|text| known.read(&text.name, &text.text))
            .collect();
        judge(&self.configs, known)
    }

    /// What stands at a place, or could stand there.
    pub fn look(&self, look: &Look) -> Option<Seen> {
        crate::look::look(self.configs.get(look.text)?, look)
    }
}

/// Everything that is said about the texts of one request.
pub fn answer(request: &Request) -> Answer {
    Session::default().answer(request)
}

fn judge(configs: &[Config], known: Known) -> Answer {
    let options = Options::default();
    let mut findings = lint::lint(configs, &known.facts, &options);
    findings.sort_by(|a, b| {
        let worst = b.severity.cmp(&a.severity);
        worst.then_with(|| (a.config, a.span, a.rule).cmp(&(b.config, b.span, b.rule)))
    });
    let places: Vec<Places<'_>> = configs
        .iter()
        .map(|config| Places::of(config.text(), config.lines()))
        .collect();
    let mut readings: Vec<Reading> = configs
        .iter()
        .zip(&places)
        .enumerate()
        .map(|(index, (config, places))| {
            read(&Subject {
                config,
                places,
                index,
                known: &known,
                findings: &findings,
            })
        })
        .collect();
    for unread in lint::unread(configs) {
        if let (Some(reading), Some(places)) =
            (readings.get_mut(unread.config), places.get(unread.config))
        {
            reading.unread.push(Unread {
                property: unread.property,
                place: places.place(unread.span),
            });
        }
    }
    let told = findings.iter().take(Answer::MOST_FINDINGS);
    let questions = lint::questions(configs, &known.facts);
    Answer {
        findings: told.filter_map(|found| finding(found, &places)).collect(),
        counts: [
            lint::Severity::Info,
            lint::Severity::Warn,
            lint::Severity::Error,
        ]
        .map(|severity| {
            findings
                .iter()
                .filter(|found| found.severity == severity)
                .count()
        }),
        questions: questions.into_iter().map(question).collect(),
        problems: known.problems,
        formats: Format::ALL.map(|format| format.name().to_owned()).to_vec(),
        rules: rules::all().len(),
        samples: if configs.iter().all(|config| config.text().trim().is_empty()) {
            samples()
        } else {
            Vec::new()
        },
        readings,
    }
}

/// One of the texts, and what was found in all of them.
struct Subject<'a> {
    config: &'a Config,
    places: &'a Places<'a>,
    index: usize,
    known: &'a Known,
    findings: &'a [lint::Finding],
}

fn read(subject: &Subject<'_>) -> Reading {
    let Subject { config, places, .. } = subject;
    let client = config.client();
    let version = |version: assignor_core::version::KafkaVersion| version.to_string();
    Reading {
        format: config.format().name().to_owned(),
        client: client.family.title().to_owned(),
        version: client.version.map(version),
        taken_version: version(client.version_or_newest()),
        keys: config.entries().len(),
        secrets: secrets(config, places),
        unread: Vec::new(),
        startup: startup(subject),
        fixed: fixed(subject),
        tokens: config
            .tokens()
            .iter()
            .filter_map(|token| painted(token, places))
            .flatten()
            .collect(),
        length: places.unit(config.text().len()),
    }
}

/// A token as numbers; none for what isn't painted.
fn painted(token: &Token, places: &Places<'_>) -> Option<[u32; 3]> {
    let kind = match token.kind {
        TokenKind::Key => 0,
        TokenKind::Value => 1,
        TokenKind::Comment => 2,
        TokenKind::Separator | TokenKind::Continuation => 3,
        _ => return None,
    };
    Some([
        places.unit(token.span.start),
        places.unit(token.span.end),
        kind,
    ])
}

/// Where masking puts dots.
fn secrets(config: &Config, places: &Places<'_>) -> Vec<Place> {
    let masked = config.masked();
    masked.hidden().map(|span| places.place(span)).collect()
}

fn startup(subject: &Subject<'_>) -> Option<Startup> {
    let Subject {
        config,
        places,
        index,
        known,
        findings,
    } = subject;
    let startup = lint::startup(config, *index, &known.facts, findings)?;
    Some(Startup {
        version: startup.version.to_string(),
        version_is_assumed: startup.version_is_assumed,
        start: match startup.verdict {
            Verdict::Starts => Start::Starts,
            Verdict::Depends(on) => Start::Depends(on.into_iter().map(str::to_owned).collect()),
            Verdict::Refused { errors, span, fix } => Start::Refused {
                trace: stack_trace(&errors),
                place: places.place(span),
                fix: fix.map(|fixed| fix_of(&fixed, places)),
            },
        },
    })
}

fn fixed(subject: &Subject<'_>) -> Fixed {
    let fixed = lint::fix_all(subject.config, &subject.known.facts, &Options::default());
    let (edits, changes) = changes(subject.config, subject.places, &fixed, subject.findings);
    Fixed {
        edits,
        count: fixed.applied.len(),
        changes,
    }
}

fn finding(found: &lint::Finding, places: &[Places<'_>]) -> Option<Finding> {
    let places = places.get(found.config)?;
    let evidence = |evidence: &lint::Evidence| Evidence {
        name: evidence.name.clone(),
        value: evidence.value.clone(),
        origin: evidence.origin.clone(),
        place: evidence.span.map(|span| places.place(span)),
    };
    Some(Finding {
        rule: found.rule.to_owned(),
        severity: found.severity,
        confidence: found.confidence,
        message: found.message.clone(),
        why: found.why.clone(),
        evidence: found.evidence.iter().map(evidence).collect(),
        text: found.config,
        place: places.place(found.span),
        fixes: found.fixes.iter().map(|fix| fix_of(fix, places)).collect(),
        source: found.source.to_owned(),
    })
}

fn fix_of(fix: &lint::Fix, places: &Places<'_>) -> Fix {
    Fix {
        title: fix.title.clone(),
        safe: fix.applicability == Applicability::Safe,
        edits: fix
            .edits
            .iter()
            .map(|edit| Edit {
                place: places.place(edit.span),
                text: edit.text.clone(),
            })
            .collect(),
    }
}

fn question(question: lint::Question) -> Question {
    Question {
        fact: question.fact.to_owned(),
        text: question.text,
        why: question.why,
        rule: question.rule.to_owned(),
    }
}
