//! Numbers for operators, in the Prometheus text format.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Bounds of the latency histograms, in seconds: from a look-up in memory to a storm of bcrypt.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// One recorder per process: the `metrics` macros know no other.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Counts what happens.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self(RECORDER.get_or_init(install).clone())
    }
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let recorder =
        match builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS) {
            Ok(builder) => builder.build_recorder(),
            // Only an empty list of bounds is refused.
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed; /metrics stays empty");
    }
    metrics::describe_counter!("im_http_requests_total", "Requests answered");
    metrics::describe_histogram!("im_http_request_seconds", "Time to answer a request");
    metrics::describe_counter!("im_sign_ins_total", "Sign-ins, by site, realm and outcome");
    metrics::describe_histogram!("im_sign_in_seconds", "Time to answer a sign-in");
    metrics::describe_gauge!(
        "im_connected",
        "Accounts connected to a site, over all processes"
    );
    metrics::describe_gauge!("im_sockets", "Event streams open in this process");
    metrics::describe_counter!(
        "im_connections_refused_total",
        "Connections and requests refused because their address had too many"
    );
    metrics::describe_counter!(
        "im_connections_cut_total",
        "Connections cut because the client took nothing of its answer"
    );
    // Said before the first, so that an alert on them has something to compare with.
    counter!("im_connections_refused_total").absolute(0);
    counter!("im_connections_cut_total").absolute(0);
    handle
}

impl Metrics {
    /// A request was answered.
    pub fn request(&self, method: &'static str, route: &str, status: u16, elapsed: Duration) {
        let labels = [
            ("method", method.to_owned()),
            ("route", route.to_owned()),
            ("status", status.to_string()),
        ];
        counter!("im_http_requests_total", &labels).increment(1);
        histogram!("im_http_request_seconds", &labels[..2]).record(elapsed);
    }

    /// A sign-in was answered: `ok`, or the code of the problem.
    pub fn sign_in(&self, site: &str, realm: &str, outcome: &'static str, elapsed: Duration) {
        let labels = [("site", site.to_owned()), ("realm", realm.to_owned())];
        counter!("im_sign_ins_total", "site" => site.to_owned(), "realm" => realm.to_owned(), "outcome" => outcome)
            .increment(1);
        histogram!("im_sign_in_seconds", &labels).record(elapsed);
    }

    /// An event stream was opened (`1`) or closed (`-1`).
    pub fn sockets(&self, site: &str, change: f64) {
        gauge!("im_sockets", "site" => site.to_owned()).increment(change);
    }

    /// A connection, or a request by a proxy, was refused: its address had too many.
    pub fn connection_refused() {
        counter!("im_connections_refused_total").increment(1);
    }

    /// A connection was cut: the client took nothing of its answer.
    pub fn connection_cut() {
        counter!("im_connections_cut_total").increment(1);
    }

    /// Sets a value that is asked for when the metrics are read.
    pub fn set(&self, name: &'static str, labels: &[(&'static str, String)], value: f64) {
        gauge!(name, labels).set(value);
    }

    /// The text.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }
}
