//! `deploy/kubernetes/`: names, labels, ports and times agree with each other and with the server.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_yaml_ng::Value;

use super::told::Told;
use super::{SPARE, all, at, document, documents, files, keys, number, read, text, texts};

pub(super) const BASE: &str = "deploy/kubernetes/base";
pub(super) const MONITORED: &str = "deploy/kubernetes/monitored";
pub(super) const POD: &str = "spec/template/spec";
const NAME: &str = "line-bot-server";
/// Left out of what is applied: a secret is made by who has it, an adapter is configured where it runs.
const APART: [&str; 2] = ["secret.example.yaml", "prometheus-adapter.values.yaml"];

/// Everything that is applied.
pub(super) struct Manifests(Vec<Value>);

impl Manifests {
    pub(super) fn read() -> Self {
        let mut objects = Vec::new();
        for folder in [BASE, MONITORED] {
            let list = document(&format!("{folder}/kustomization.yaml"));
            for name in texts(&list, "resources/*").iter().filter(|name| !name.starts_with("..")) {
                objects.extend(documents(&format!("{folder}/{name}")));
            }
        }
        Self(objects)
    }

    pub(super) fn one(&self, kind: &str, name: &str) -> &Value {
        let found = self.0.iter().find(|it| text(it, "kind") == kind && text(it, "metadata/name") == name);
        found.unwrap_or_else(|| panic!("no {kind} {name}"))
    }

    fn deployment(&self) -> &Value {
        self.one("Deployment", NAME)
    }

    fn container(&self) -> &Value {
        let containers = all(self.deployment(), &format!("{POD}/containers/*"));
        assert_eq!(containers.len(), 1);
        containers[0]
    }

    /// The port of the container that is called so.
    fn port(&self, name: &str) -> u64 {
        let ports = all(self.container(), "ports/*");
        let port = ports.into_iter().find(|port| text(port, "name") == name);
        number(port.unwrap_or_else(|| panic!("no port {name}")), "containerPort")
    }

    pub(super) fn told(&self) -> Told {
        let mut env: BTreeMap<String, String> = BTreeMap::new();
        for line in read(&format!("{BASE}/server.env")).lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.split_once('=').unwrap();
            env.insert(name.to_owned(), value.to_owned());
        }
        for variable in all(self.container(), "env/*") {
            let before = env.insert(text(variable, "name").to_owned(), text(variable, "value").to_owned());
            assert_eq!(before, None, "twice");
        }
        Told::new(env, &self.mounted())
    }

    /// The files that the Secret becomes.
    fn mounted(&self) -> Vec<String> {
        let mount = at(self.container(), "volumeMounts/0");
        let volume = at(self.deployment(), &format!("{POD}/volumes/0"));
        assert_eq!(text(mount, "name"), text(volume, "name"));
        // A subPath would never be renewed, and the server reads its secrets again while it runs.
        assert_eq!(keys(mount), BTreeSet::from(["name", "mountPath", "readOnly"]));
        let secret = document(&format!("{BASE}/secret.example.yaml"));
        assert_eq!(text(volume, "secret/secretName"), text(&secret, "metadata/name"));
        let folder = text(mount, "mountPath");
        keys(at(&secret, "stringData")).into_iter().map(|key| format!("{folder}/{key}")).collect()
    }
}

fn seconds(value: &Value, path: &str) -> Duration {
    Duration::from_secs(number(value, path))
}

#[test]
fn every_file_is_applied_or_left_out_on_purpose() {
    for folder in [BASE, MONITORED] {
        let list = document(&format!("{folder}/kustomization.yaml"));
        let listed: BTreeSet<_> = texts(&list, "resources/*").into_iter().map(str::to_owned).collect();
        let there = files(folder).into_iter().map(|path| path[folder.len() + 1..].to_owned());
        let there: BTreeSet<_> = there
            .filter(|name| {
                name.ends_with(".yaml") && name != "kustomization.yaml" && !APART.contains(&&**name)
            })
            .collect();
        let listed: BTreeSet<_> = listed.into_iter().filter(|name| name != "../base").collect();
        assert_eq!(listed, there, "{folder}");
        assert_eq!(text(&list, "namespace"), "line-bot");
    }
    assert_eq!(texts(&document(&format!("{MONITORED}/kustomization.yaml")), "resources/0"), ["../base"]);
}

#[test]
fn the_server_takes_what_its_pod_is_told() {
    let manifests = Manifests::read();
    let told = manifests.told();
    assert_eq!(u64::from(told.port()), manifests.port("http"));
    assert_eq!(u64::from(told.metrics_port()), manifests.port("metrics"));
    assert_eq!(told.config.server.shutdown_delay, Duration::from_secs(5));
    assert!(told.database().params.contains("sslmode=verify-full"));
    assert_eq!(text(manifests.container(), "securityContext/capabilities/drop/0"), "ALL");

    let list = document(&format!("{BASE}/kustomization.yaml"));
    assert_eq!(
        text(&list, "configMapGenerator/0/name"),
        text(manifests.container(), "envFrom/0/configMapRef/name")
    );
    assert_eq!(texts(&list, "configMapGenerator/0/envs/*"), ["server.env"]);
    assert_eq!(text(&list, "images/0/name"), text(manifests.container(), "image"));
    assert_ne!(text(&list, "images/0/newTag"), "latest");
}

#[test]
fn a_pod_is_stopped_no_sooner_than_its_server_is_done() {
    let manifests = Manifests::read();
    let grace = seconds(manifests.deployment(), &format!("{POD}/terminationGracePeriodSeconds"));
    assert!(grace >= manifests.told().stop() + SPARE, "{grace:?}");
}

#[test]
fn a_pod_that_stops_or_is_cut_off_is_seen_before_its_port_closes() {
    let manifests = Manifests::read();
    let container = manifests.container();
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        assert_eq!(text(container, &format!("{probe}/httpGet/port")), "http", "{probe}");
        // /readyz itself takes up to a second to say no.
        assert!(number(container, &format!("{probe}/timeoutSeconds")) >= 2, "{probe}");
    }
    let times = ["periodSeconds", "timeoutSeconds"];
    let [period, timeout] = times.map(|time| seconds(container, &format!("readinessProbe/{time}")));
    let failures = u32::try_from(number(container, "readinessProbe/failureThreshold")).unwrap();
    assert!(period * failures + timeout < manifests.told().config.server.shutdown_delay);
    assert_eq!(text(container, "livenessProbe/httpGet/path"), text(container, "startupProbe/httpGet/path"));
    assert_ne!(text(container, "livenessProbe/httpGet/path"), text(container, "readinessProbe/httpGet/path"));
}

#[test]
fn every_selector_finds_the_pods_or_the_service_it_means() {
    let manifests = Manifests::read();
    let pods = at(manifests.deployment(), "spec/template/metadata/labels");
    for (kind, name, path) in [
        ("Deployment", NAME, "spec/selector/matchLabels"),
        ("Deployment", NAME, "spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels"),
        ("Deployment", NAME, "spec/template/spec/topologySpreadConstraints/1/labelSelector/matchLabels"),
        ("Service", NAME, "spec/selector"),
        ("Service", "line-bot-server-metrics", "spec/selector"),
        ("PodDisruptionBudget", NAME, "spec/selector/matchLabels"),
        ("NetworkPolicy", NAME, "spec/podSelector/matchLabels"),
    ] {
        assert_eq!(at(manifests.one(kind, name), path), pods, "{kind} {name} {path}");
    }
    let watched = at(manifests.one("ServiceMonitor", NAME), "spec/selector/matchLabels");
    let labels = |name| at(manifests.one("Service", name), "metadata/labels");
    assert_eq!(watched, labels("line-bot-server-metrics"));
    assert_ne!(watched, labels(NAME), "or the public port would be scraped too");
}

#[test]
fn every_port_that_is_named_is_there() {
    let manifests = Manifests::read();
    for (service, port) in [(NAME, "http"), ("line-bot-server-metrics", "metrics")] {
        let ports = all(manifests.one("Service", service), "spec/ports/*");
        assert_eq!(ports.len(), 1, "{service}");
        assert_eq!(text(ports[0], "targetPort"), port);
        assert_eq!(text(ports[0], "name"), port);
        manifests.port(port);
    }
    assert_eq!(text(manifests.one("ServiceMonitor", NAME), "spec/endpoints/0/port"), "metrics");
    let policy = manifests.one("NetworkPolicy", NAME);
    assert_eq!(texts(policy, "spec/ingress/*/ports/*/port"), ["http", "metrics"]);
    let egress: Vec<_> =
        all(policy, "spec/egress/*/ports/*/port").into_iter().filter_map(Value::as_u64).collect();
    assert_eq!(egress, [53, 53, 443, manifests.told().database().port]);
}

#[test]
fn the_ingress_leads_to_the_webhooks_and_never_to_the_metrics() {
    let manifests = Manifests::read();
    let ingress = manifests.one("Ingress", NAME);
    let ready = text(manifests.container(), "readinessProbe/httpGet/path");
    let webhook = &manifests.told().config.server.webhook_path;
    assert_eq!(texts(ingress, "spec/rules/*/http/paths/*/path"), [webhook, ready]);
    for backend in all(ingress, "spec/rules/*/http/paths/*/backend/service") {
        assert_eq!((text(backend, "name"), text(backend, "port/name")), (NAME, "http"));
    }
    assert_eq!(texts(ingress, "spec/tls/*/hosts/*"), texts(ingress, "spec/rules/*/host"));
}

#[test]
fn replicas_are_replaced_and_evicted_one_at_a_time() {
    let manifests = Manifests::read();
    let deployment = manifests.deployment();
    assert_eq!(number(deployment, "spec/replicas"), 3);
    assert_eq!(number(deployment, "spec/strategy/rollingUpdate/maxUnavailable"), 0);
    assert_eq!(number(deployment, "spec/strategy/rollingUpdate/maxSurge"), 1);
    let budget = manifests.one("PodDisruptionBudget", NAME);
    assert_eq!(number(budget, "spec/maxUnavailable"), 1);

    let scaler = manifests.one("HorizontalPodAutoscaler", NAME);
    let target = at(scaler, "spec/scaleTargetRef");
    for part in ["apiVersion", "kind"] {
        assert_eq!(text(target, part), text(deployment, part));
    }
    assert_eq!(text(target, "name"), text(deployment, "metadata/name"));
    assert_eq!(number(scaler, "spec/minReplicas"), number(deployment, "spec/replicas"));
    assert!(number(scaler, "spec/maxReplicas") > number(scaler, "spec/minReplicas"));
    // With an autoscaler the Deployment says nothing of how many.
    let list = document(&format!("{MONITORED}/kustomization.yaml"));
    assert_eq!(text(&list, "patches/0/target/name"), NAME);
    let patch: Value = serde_yaml_ng::from_str(text(&list, "patches/0/patch")).unwrap();
    assert_eq!((text(&patch, "0/op"), text(&patch, "0/path")), ("remove", "/spec/replicas"));
}
