//! TLS to the database: what each `sslmode` checks. The same meanings as libpq's.
//!
//! | `sslmode` | encrypted | who answers |
//! |---|---|---|
//! | `disable` | no | not checked |
//! | `prefer` | if the server can | not checked, or as `verify-ca` if `sslrootcert` is given |
//! | `require` | yes | not checked, or as `verify-ca` if `sslrootcert` is given |
//! | `verify-ca` | yes | somebody the authority in `sslrootcert` vouches for |
//! | `verify-full` | yes | somebody an authority vouches for by that host's name; a public one without `sslrootcert` |

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::url::{Mode, Root, Tls};

/// How the wire is asked for TLS; what the certificate is worth is the verifier's matter.
pub(super) fn ssl_mode(mode: Mode) -> SslMode {
    match mode {
        Mode::Disable => SslMode::Disable,
        Mode::Prefer => SslMode::Prefer,
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
    }
}

/// Reads the certificates and makes the connector.
///
/// # Errors
/// A file cannot be read or holds something else.
pub(super) fn connector(tls: &Tls) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("cannot have TLS: {error}"))?;
    let builder = match (tls.mode, &tls.root) {
        (Mode::VerifyFull, root) => builder.with_root_certificates(roots(root)?),
        (Mode::Disable, _) | (Mode::Prefer | Mode::Require, Root::Bundled) => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Lenient { roots: None, provider }))
        }
        (Mode::VerifyCa | Mode::Prefer | Mode::Require, root) => {
            let roots = Some(roots(root)?);
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Lenient { roots, provider }))
        }
    };
    let mut config = match &tls.client {
        None => builder.with_no_client_auth(),
        Some((cert, key)) => {
            let (chain, cert_file) = (certificates("sslcert", cert)?, cert.display());
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| format!("has an sslkey that cannot be read: {}: {error}", key.display()))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| format!("has an sslkey that does not fit sslcert {cert_file}: {error}"))?
        }
    };
    // PostgreSQL insists on it where TLS comes first.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

fn certificates(param: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let problem = |why: String| format!("has an {param} that cannot be read: {}: {why}", path.display());
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| problem(error.to_string()))?;
    if found.is_empty() {
        return Err(problem("it holds no PEM certificate".to_owned()));
    }
    Ok(found)
}

fn roots(root: &Root) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    match root {
        Root::Bundled => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Root::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if store.is_empty() {
                return Err("has sslrootcert=system, but this system has no certificates; install \
                            ca-certificates, or name a file"
                    .to_owned());
            }
        }
        Root::File(path) => {
            for certificate in certificates("sslrootcert", path)? {
                store.add(certificate).map_err(|error| {
                    format!("has an sslrootcert that cannot be used: {}: {error}", path.display())
                })?;
            }
        }
    }
    Ok(store)
}

/// Checks the chain but not the name (`verify-ca`), or neither (`prefer` and `require`, whose meaning that is): such
/// a connection is safe from who listens, not from who stands in between. That the server has the certificate's key
/// is always checked, for channel binding rests on it.
#[derive(Debug)]
struct Lenient {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let end_entity = ParsedCertificate::try_from(end_entity)?;
            let all = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&end_entity, roots, intermediates, now, all)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
