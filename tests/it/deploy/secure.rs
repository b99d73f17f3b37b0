//! What a careful operator looks at: who can reach what, and what a container may do.

use serde_yaml_ng::Value;

use super::compose::{BOTS, FLEET};
use super::kubernetes::{Manifests, POD};
use super::{all, at, document, keys, text, texts};

#[test]
fn only_the_proxy_can_be_reached_from_outside_and_only_the_bots_reach_the_database() {
    let fleet = document(FLEET);
    for (name, service) in at(&fleet, "services").as_mapping().unwrap() {
        let ports = texts(service, "ports/*");
        match name.as_str().unwrap() {
            "caddy" => assert_eq!(ports, ["80:80", "443:443", "443:443/udp"]),
            _ => assert_eq!(ports, [""; 0], "{name:?}"),
        }
    }
    let members = |network| {
        let services = at(&fleet, "services").as_mapping().unwrap();
        let inside = services.iter().filter(|(_, service)| texts(service, "networks/*").contains(&network));
        inside.map(|(name, _)| name.as_str().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(members("back"), [&BOTS[..], &["postgres"]].concat());
    assert_eq!(members("front"), [&BOTS[..], &["caddy"]].concat());
    assert_eq!(at(&fleet, "networks/back/internal"), &Value::Bool(true));
}

#[test]
fn every_container_of_the_fleet_is_confined_and_comes_back() {
    let fleet = document(FLEET);
    for (name, service) in at(&fleet, "services").as_mapping().unwrap() {
        assert_eq!(at(service, "read_only"), &Value::Bool(true), "{name:?}");
        assert_eq!(texts(service, "cap_drop/*"), ["ALL"], "{name:?}");
        assert_eq!(texts(service, "security_opt/*"), ["no-new-privileges:true"], "{name:?}");
        assert_eq!(text(service, "restart"), "unless-stopped", "{name:?}");
        for limit in ["cpus", "memory", "pids"] {
            at(service, &format!("deploy/resources/limits/{limit}"));
        }
    }
}

#[test]
fn no_secret_is_in_a_variable_and_none_in_a_file_of_this_repository() {
    let fleet = document(FLEET);
    for name in texts(&fleet, "services/bot-1/secrets/*") {
        let file = text(&fleet, &format!("secrets/{name}/file")).to_owned();
        assert!(file.starts_with("./config/secrets/"), "{file}");
    }
    let ignored = super::read(".gitignore");
    assert!(ignored.lines().any(|line| line.trim_matches('/') == "config/secrets"), "{ignored}");
    let all_env = [at(&fleet, "services/bot-1/environment"), at(&fleet, "services/postgres/environment")];
    for name in all_env.into_iter().flat_map(keys) {
        let of_secret = ["SECRET", "TOKEN", "PASSWORD"].iter().any(|part| name.contains(part));
        assert!(!of_secret || name.ends_with("_FILE"), "{name}");
    }
    let example = document("deploy/kubernetes/base/secret.example.yaml");
    for value in at(&example, "stringData").as_mapping().unwrap().values() {
        assert_eq!(value.as_str(), Some("replace-me"));
    }
}

#[test]
fn the_pod_may_do_nothing_that_it_need_not() {
    let manifests = Manifests::read();
    let deployment = manifests.one("Deployment", "line-bot-server");
    let pod = at(deployment, POD);
    for (path, value) in [
        ("automountServiceAccountToken", "false"),
        // Kubernetes would name variables after the Service, which begin like LINE's.
        ("enableServiceLinks", "false"),
        ("securityContext/runAsNonRoot", "true"),
        ("securityContext/runAsUser", "65532"),
        ("securityContext/fsGroup", "65532"),
        ("securityContext/seccompProfile/type", "RuntimeDefault"),
        ("containers/0/securityContext/allowPrivilegeEscalation", "false"),
        ("containers/0/securityContext/readOnlyRootFilesystem", "true"),
        ("containers/0/securityContext/capabilities/drop", "- ALL"),
    ] {
        assert_eq!(serde_yaml_ng::to_string(at(pod, path)).unwrap().trim(), value, "{path}");
    }
    assert!(super::read("Dockerfile").contains("USER 65532:65532"));
    for path in ["requests/cpu", "requests/memory", "limits/memory"] {
        at(pod, &format!("containers/0/resources/{path}"));
    }
    let namespace = manifests.one("Namespace", "line-bot");
    assert_eq!(at(namespace, "metadata/labels")["pod-security.kubernetes.io/enforce"], "restricted");
    assert_eq!(all(pod, "containers/*").len(), 1);
}
