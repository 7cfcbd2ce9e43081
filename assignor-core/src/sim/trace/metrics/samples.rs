//! What a sensor recorded, and Kafka's statistics of it: `SampledStat`, `Avg`, `Max`, `Rate`,
//! `CumulativeSum`@4.3.

/// `metrics.num.samples`.
const SAMPLES: usize = 2;

/// What a sensor recorded, in the order of time.
#[derive(Debug, Default)]
pub(super) struct Sensor {
    pub records: Vec<Record>,
}

/// The same value, once or so many times at equal distances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    /// The first time.
    pub at_ms: u64,
    pub value: f64,
    pub every_ms: u64,
    pub count: u64,
}

impl Record {
    fn last_ms(&self) -> u64 {
        self.at_ms + (self.count - 1) * self.every_ms
    }
}

impl Sensor {
    pub(super) fn record(&mut self, at_ms: u64, value: f64) {
        self.records.push(Record {
            at_ms,
            value,
            every_ms: 0,
            count: 1,
        });
    }

    /// Records a value `count` times, the first time at `at_ms`.
    pub(super) fn repeat(&mut self, at_ms: u64, value: f64, every_ms: u64, count: u64) {
        if count > 0 {
            self.records.push(Record {
                at_ms,
                value,
                every_ms,
                count,
            });
        }
    }

    pub(super) fn count(&self) -> f64 {
        float(self.records.iter().map(|record| record.count).sum())
    }

    pub(super) fn sum(&self) -> f64 {
        let sums = self.records.iter();
        sums.map(|record| record.value * float(record.count)).sum()
    }

    /// The latest value.
    pub(super) fn value(&self) -> f64 {
        self.records.last().map_or(0.0, |record| record.value)
    }

    /// Seconds since the latest record, −1 without one.
    pub(super) fn seconds_ago(&self, now_ms: u64) -> f64 {
        let last = self.records.last();
        last.map_or(-1.0, |record| {
            float(now_ms.saturating_sub(record.last_ms()) / 1_000)
        })
    }
}

/// `SampledStat`: what was recorded lately, in samples of a length, as the first one to look sees it.
#[derive(Debug)]
pub(super) struct Samples {
    samples: Vec<Sample>,
    current: usize,
    window_ms: u64,
    now_ms: u64,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    from_ms: u64,
    last_ms: u64,
    count: u64,
    sum: f64,
    max: f64,
}

impl Sample {
    fn new(at_ms: u64) -> Self {
        Self {
            from_ms: at_ms,
            last_ms: at_ms,
            count: 0,
            sum: 0.0,
            max: f64::NEG_INFINITY,
        }
    }
}

impl Samples {
    pub(super) fn of(sensor: &Sensor, window_ms: u64, now_ms: u64) -> Self {
        let mut samples = Self {
            samples: vec![],
            current: 0,
            window_ms,
            now_ms,
        };
        for record in &sensor.records {
            samples.take_all(record);
        }
        let age_ms = window_ms * u64::try_from(SAMPLES).unwrap_or(u64::MAX);
        for sample in &mut samples.samples {
            if now_ms - sample.last_ms >= age_ms {
                *sample = Sample::new(now_ms);
            }
        }
        samples
    }

    /// Takes a record as often as it was made. Of a long series only the end can still be seen, and that
    /// is the same if whole samples of it before are left out.
    fn take_all(&mut self, record: &Record) {
        let per_sample = self.window_ms.div_ceil(record.every_ms.max(1)).max(1);
        let kept = per_sample * (u64::try_from(SAMPLES).unwrap_or(u64::MAX) + 3);
        let mut ix = 0;
        while ix < record.count {
            let began = self.take(record.at_ms + ix * record.every_ms, record.value);
            let left = record.count - ix;
            if began && left > kept && record.every_ms > 0 {
                ix += (left - kept) / per_sample * per_sample;
                if let Some(sample) = self.samples.get_mut(self.current) {
                    *sample = Sample::new(record.at_ms + ix * record.every_ms);
                }
                self.add(record.at_ms + ix * record.every_ms, record.value);
            }
            ix += 1;
        }
    }

    /// Whether a new sample begins with it.
    fn take(&mut self, at_ms: u64, value: f64) -> bool {
        if self.samples.is_empty() {
            self.samples.push(Sample::new(at_ms));
        }
        let is_over = |sample: &Sample| at_ms - sample.from_ms >= self.window_ms;
        let begins = self.samples.get(self.current).is_some_and(is_over);
        if begins {
            // One more than the configured ones, for the one that the window cuts.
            self.current = (self.current + 1) % (SAMPLES + 1);
            match self.samples.get_mut(self.current) {
                Some(oldest) => *oldest = Sample::new(at_ms),
                None => self.samples.push(Sample::new(at_ms)),
            }
        }
        self.add(at_ms, value);
        begins
    }

    fn add(&mut self, at_ms: u64, value: f64) {
        if let Some(sample) = self.samples.get_mut(self.current) {
            sample.last_ms = at_ms;
            sample.count += 1;
            sample.sum += value;
            sample.max = sample.max.max(value);
        }
    }

    fn count(&self) -> u64 {
        self.samples.iter().map(|sample| sample.count).sum()
    }

    pub(super) fn average(&self) -> Option<f64> {
        let sum: f64 = self.samples.iter().map(|sample| sample.sum).sum();
        let average = sum / float(self.count());
        (self.count() > 0 && !average.is_nan()).then_some(average)
    }

    pub(super) fn max(&self) -> Option<f64> {
        let used = self.samples.iter().filter(|sample| sample.count > 0);
        used.map(|sample| sample.max).reduce(f64::max)
    }

    /// Events per `unit_ms`; less than one window counts as if it had gone on for one more.
    pub(super) fn rate(&self, unit_ms: u64) -> f64 {
        let from_ms = self.samples.iter().map(|sample| sample.from_ms).min();
        let mut elapsed_ms = self.now_ms - from_ms.unwrap_or(self.now_ms);
        if elapsed_ms < self.window_ms {
            elapsed_ms += self.window_ms;
        }
        float(self.count()) / (float(elapsed_ms) / float(unit_ms))
    }
}

// Times and counts of a run stay far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}
