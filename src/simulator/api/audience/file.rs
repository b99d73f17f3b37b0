//! `POST /v2/bot/audienceGroup/upload/byFile`, `PUT /v2/bot/audienceGroup/upload/byFile`
//! ([reference](https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group-by-file)). The file
//! is read as it arrives, and to its end whatever is wrong with it.

use axum::body::Body;
use axum::extract::State;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value, json};

use super::add::{make, may_grow};
use super::refusal::Problem;
use super::{json as words, own};
use crate::simulator::api::answer::{Answer, Refusal, accepted, accepted_with};
use crate::simulator::api::door::Asked;
use crate::simulator::audience::{Lines, Uploaded};
use crate::simulator::sim::Sim;

/// Lines of a file.
const LINES_MAX: usize = 1_500_000;
/// Bytes of a field that is not the file: far more than LINE's longest text has.
const FIELD_MAX: u64 = 64 * 1024;

/// What a form had in it.
#[derive(Default)]
struct Form {
    texts: Map<String, Value>,
    file: Option<File>,
}

struct File {
    name: String,
    plain: bool,
    lines: Lines,
}

pub(super) async fn create(State(sim): State<Sim>, asked: Asked, headers: HeaderMap, body: Body) -> Answer {
    let form = read(&sim, &asked, &headers, body).await?;
    let name = words::check_name(form.text("description"))?.to_owned();
    let ifa = match form.text("isIfaAudience") {
        "" | "false" => false,
        "true" => true,
        _ => return Err(Refusal::fault("isIfaAudience", "Must be a boolean")),
    };
    let uploaded = form.uploaded(ifa)?;
    let created = make(&mut sim.state(), &name, ifa, uploaded, sim.now())?;
    accepted_with(created)
}

pub(super) async fn add(State(sim): State<Sim>, asked: Asked, headers: HeaderMap, body: Body) -> Answer {
    let form = read(&sim, &asked, &headers, body).await?;
    let mut state = sim.state();
    let id = own(&mut state, &sim, form.text("audienceGroupId"))?;
    let ifa = may_grow(&state, id, sim.now())?;
    let uploaded = form.uploaded(ifa)?;
    state.world.audiences.add(id, uploaded, sim.now());
    accepted()
}

impl Form {
    fn text(&self, field: &str) -> &str {
        self.texts.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    fn uploaded(self, ifa: bool) -> Result<Uploaded, Refusal> {
        let description = words::check_upload_name(self.text("uploadDescription"))?.to_owned();
        let Some(file) = self.file else { return Err(Refusal::fault("file", "May not be empty")) };
        if !file.plain {
            return Err(Refusal::fault("file", "Must be of the content type text/plain"));
        }
        if file.lines.lines > LINES_MAX {
            return Err(Problem::TooManyIds.into());
        }
        let Lines { users, ifas, members, .. } = file.lines;
        if (if ifa { ifas } else { users }) == 0 {
            return Err(Problem::NoGoodIds.into());
        }
        let description = if description.is_empty() { file.name } else { description };
        let (members, ifas) = if ifa { (Default::default(), ifas) } else { (members, 0) };
        Ok(Uploaded { members, ifas, description })
    }

    /// As the schema has it, for the ledger: of the file how much there was.
    fn noted(&self) -> Value {
        let mut fields = self.texts.clone();
        for (name, value) in &mut fields {
            let text = value.as_str().unwrap_or_default();
            let typed = match name.as_str() {
                "isIfaAudience" => text.parse::<bool>().ok().map(Value::from),
                "audienceGroupId" => text.parse::<u64>().ok().map(Value::from),
                _ => None,
            };
            if let Some(typed) = typed {
                *value = typed;
            }
        }
        if let Some(file) = &self.file {
            fields.insert("file".to_owned(), json!(format!("{} lines", file.lines.lines)));
        }
        Value::Object(fields)
    }
}

async fn read(sim: &Sim, asked: &Asked, headers: &HeaderMap, body: Body) -> Result<Form, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        let message = format!("The content type, {kind}, is not supported");
        Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    })?;
    // The file is read line by line, the other fields as a whole.
    let sizes = SizeLimit::new().per_field(FIELD_MAX).for_field("file", u64::MAX);
    let constraints = Constraints::new().size_limit(sizes);
    let mut parts = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut form = Form::default();
    while let Some(field) = parts.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file = read_file(sim, field).await.map_err(|error| unreadable(&error))?;
            if form.file.replace(file).is_some() {
                return Err(Refusal::fault("file", "Only one is allowed"));
            }
        } else {
            let text = field.text().await.map_err(|error| unreadable(&error))?;
            form.texts.insert(name, text.into());
        }
    }
    sim.state().ledger.call_read(&asked.request_id, form.noted());
    Ok(form)
}

async fn read_file(sim: &Sim, mut field: Field<'_>) -> Result<File, multer::Error> {
    let plain = field.content_type().is_some_and(|kind| kind.essence_str() == "text/plain");
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut lines = Lines::default();
    while let Some(piece) = field.chunk().await? {
        lines.read(&piece, &sim.state().world.people);
    }
    lines.end(&sim.state().world.people);
    Ok(File { name, plain, lines })
}

/// Nothing is done of a form that breaks off.
fn unreadable(error: &multer::Error) -> Refusal {
    Refusal::bad_request(format!("The request body could not be read as multipart/form-data: {error}"))
}
