//! From a request to its answer.

use crate::answer::{
    Answer, Edit, Evidence, FactProblem, Finding, Fix, Fixed, Fixes, Question, Reading, Start,
    Startup, Unread,
};
use crate::changes::changes;
use crate::facts::Known;
use crate::look::Seen;
use crate::places::{Place, Places};
use crate::request::{Look, Request, Show};
use crate::samples::samples;
use assignor_core::config::{Config, Format, Token, TokenKind};
use assignor_core::lint::show::Plan;
use assignor_core::lint::{self, Applicability, Facts, Options, Verdict, rules};
use assignor_core::startup::stack_trace;

/// A conversation: what was judged last can be looked at, its fixes tried, its findings shown.
#[derive(Debug, Default)]
pub struct Session {
    configs: Vec<Config>,
    facts: Facts,
    /// In the order of the core: by text and place.
    findings: Vec<lint::Finding>,
    /// The places in `findings` of those that were told.
    told: Vec<usize>,
    answers: u32,
}

impl Session {
    /// Everything that is said about the texts of a request at once; [`Session::fixes`] is still to come.
    pub fn answer(&mut self, request: &Request) -> Answer {
        let known = Known::of(request);
        let texts = request.texts.iter();
        self.configs = texts
            .map(|text| known.read(&text.name, &text.text))
            .collect();
        self.facts = known.facts;
        self.findings = lint::lint_unverified(&self.configs, &self.facts, &Options::default());
        self.told = told(&self.findings);
        self.answers += 1;
        self.say(known.problems)
    }

    /// Tries the fixes of the last answer.
    pub fn fixes(&mut self) -> Fixes {
        let options = Options::default();
        lint::verify(&mut self.findings, &self.configs, &self.facts, &options);
        let told = self.told.iter();
        let safe = told.filter_map(|place| {
            let fixes = self.findings.get(*place)?.fixes.iter();
            Some(fixes.map(is_safe).collect::<Vec<bool>>())
        });
        Fixes {
            answer: self.answers,
            safe: safe.collect(),
            fixed: self
                .configs
                .iter()
                .map(|config| self.fixed(config))
                .collect(),
        }
    }

    /// What there is to play for a finding of the last answer, the best first.
    pub fn plans(&self, show: Show) -> Vec<Plan> {
        let place = self.told.get(show.finding);
        let finding = place.and_then(|place| self.findings.get(*place));
        match finding {
            Some(finding) if show.answer == self.answers => {
                lint::show::plans(&self.configs, &self.facts, finding)
            }
            _ => Vec::new(),
        }
    }

    /// What stands at a place, or could stand there.
    pub fn look(&self, look: &Look) -> Option<Seen> {
        crate::look::look(self.configs.get(look.text)?, look)
    }

    fn say(&self, problems: Vec<FactProblem>) -> Answer {
        let (configs, findings) = (&self.configs, &self.findings);
        let places: Vec<Places<'_>> = configs.iter().map(places).collect();
        let startups = lint::startups(configs, &self.facts, findings);
        let subjects = configs.iter().zip(&places).enumerate();
        let mut readings: Vec<Reading> = subjects
            .map(|(index, (config, places))| Reading {
                startup: startup(&startups, index, places),
                ..read(config, places)
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
        let count = |severity| {
            let of_severity = findings.iter().filter(|found| found.severity == severity);
            of_severity.count()
        };
        let told = self.told.iter().filter_map(|place| findings.get(*place));
        let questions = lint::questions(configs, &self.facts);
        Answer {
            number: self.answers,
            settled: false,
            findings: told.filter_map(|found| finding(found, &places)).collect(),
            counts: [
                lint::Severity::Info,
                lint::Severity::Warn,
                lint::Severity::Error,
            ]
            .map(count),
            questions: questions.into_iter().map(question).collect(),
            problems,
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

    fn fixed(&self, config: &Config) -> Fixed {
        let options = Options::default();
        // Findings of a group are other findings than those of each text alone.
        let fixed = match self.configs.as_slice() {
            [_] => lint::fix_all_found(config, self.findings.clone(), &self.facts, &options),
            _ => lint::fix_all(config, &self.facts, &options),
        };
        let (edits, changes) = changes(config, &places(config), &fixed, &self.findings);
        Fixed {
            edits,
            count: fixed.applied.len(),
            changes,
        }
    }
}

/// Everything that is said about the texts of one request.
pub fn answer(request: &Request) -> Answer {
    let mut session = Session::default();
    let answer = session.answer(request);
    answer.after(session.fixes())
}

/// What is said about the start of the clients of one text: the first that is refused, else the first.
fn startup(startups: &[lint::Startup], text: usize, places: &Places<'_>) -> Option<Startup> {
    let own = || startups.iter().filter(|startup| startup.config == text);
    let refused = own().find(|startup| matches!(startup.verdict, Verdict::Refused { .. }));
    let startup = refused.or_else(|| own().next())?;
    Some(Startup {
        version: startup.version.to_string(),
        version_is_assumed: startup.version_is_assumed,
        start: match &startup.verdict {
            Verdict::Starts => Start::Starts,
            Verdict::Depends(on) => {
                Start::Depends(on.iter().map(|key| (*key).to_owned()).collect())
            }
            Verdict::Refused { errors, span, fix } => Start::Refused {
                trace: stack_trace(errors),
                place: places.place(*span),
                fix: fix.as_ref().map(|fixed| fix_of(fixed, places)),
            },
        },
    })
}

/// The places of the findings that are told, the worst first.
fn told(findings: &[lint::Finding]) -> Vec<usize> {
    let mut told: Vec<usize> = (0..findings.len()).collect();
    told.sort_by_key(|place| {
        let severity = findings.get(*place).map(|found| found.severity);
        std::cmp::Reverse(severity)
    });
    told.truncate(Answer::MOST_FINDINGS);
    told
}

fn places(config: &Config) -> Places<'_> {
    Places::of(config.text(), config.lines())
}

fn is_safe(fix: &lint::Fix) -> bool {
    fix.applicability == Applicability::Safe
}

fn read(config: &Config, places: &Places<'_>) -> Reading {
    let client = config.client();
    let version = |version: assignor_core::version::KafkaVersion| version.to_string();
    Reading {
        format: config.format().name().to_owned(),
        client: client.family.title().to_owned(),
        version: client.version.map(version),
        taken_version: version(client.version_or_newest()),
        keys: config.all_entries().count(),
        secrets: secrets(config, places),
        tokens: config
            .tokens()
            .iter()
            .filter_map(|token| painted(token, places))
            .flatten()
            .collect(),
        length: places.unit(config.text().len()),
        ..Reading::default()
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
        shows: lint::show::is_shown(found.rule),
    })
}

fn fix_of(fix: &lint::Fix, places: &Places<'_>) -> Fix {
    Fix {
        title: fix.title.clone(),
        safe: is_safe(fix),
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
