//! LINE's official schemas, as read from its OpenAPI files: operations, and schemas that can be checked against.

#![allow(clippy::disallowed_methods, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};

/// What the reference documents and the files do not, so that it is no unknown property: schema, property, where.
const BEYOND: &[(&str, &str, &str)] = &[];

/// What the reference says may be null and the files do not: schema, property, when.
const NULL_TOO: &[(&str, &str, &str)] = &[
    ("GetNumberOfFollowersResponse", "followers", "unless the status is `ready`"),
    ("GetNumberOfFollowersResponse", "targetedReaches", "unless the status is `ready`"),
    ("GetNumberOfFollowersResponse", "blocks", "unless the status is `ready`"),
];

/// The nine files.
#[derive(Clone)]
pub(crate) struct Spec {
    pub(crate) files: Vec<File>,
}

#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    document: Value,
}

/// One operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) file: String,
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Parameters of the query: name, whether it is required, schema.
    pub(crate) query: Vec<(String, bool, Value)>,
    /// The request's body: content type and schema.
    pub(crate) body: Option<(String, Value)>,
    /// Schemas of JSON answers, by status.
    pub(crate) answers: BTreeMap<u16, Option<Value>>,
}

/// A property, and the schema that declares it.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) declared_in: String,
    pub(crate) schema: Value,
    pub(crate) required: bool,
}

/// A schema as far as its values are told apart: an object with properties, one of several objects, or anything else.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Object(BTreeMap<String, Property>),
    /// The property that tells, and the schema for each of its values.
    OneOf(String, BTreeMap<String, String>),
    Plain,
}

impl Spec {
    /// The files in the folder that `LINE_OPENAPI_DIR` names; none, with a printed reason, if it names none.
    pub(crate) fn load() -> Option<Self> {
        let Ok(dir) = std::env::var("LINE_OPENAPI_DIR") else {
            eprintln!("skipped: LINE_OPENAPI_DIR does not name the folder of LINE's OpenAPI files");
            return None;
        };
        Some(Self::read(Path::new(&dir)))
    }

    fn read(dir: &Path) -> Self {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(dir).unwrap_or_else(|error| panic!("LINE_OPENAPI_DIR: {error}")) {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "yml") {
                let text = std::fs::read_to_string(&path).unwrap();
                let document = serde_yaml_ng::from_str(&text).unwrap();
                files.push(File { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), document });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(files.len(), 9, "LINE_OPENAPI_DIR holds nine files");
        Self { files }
    }

    pub(crate) fn file(&self, name: &str) -> &File {
        self.files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no {name}.yml"))
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.files.iter().flat_map(File::operations).collect()
    }

    /// The operation a request belongs to: of those whose template fits, the one with the fewest `{…}`.
    pub(crate) fn operation_of(&self, method: &str, path: &str) -> Option<Operation> {
        let path = path.split('?').next().unwrap();
        let fitting = self.operations().into_iter().filter(|it| it.method == method && fits(&it.path, path));
        fitting.min_by_key(|it| it.path.matches('{').count())
    }

    /// A copy of the files into which LINE has put another property.
    pub(crate) fn with_property(&self, file: &str, schema: &str, property: &str) -> Self {
        let mut changed = self.clone();
        let file = changed.files.iter_mut().find(|it| it.name == file).unwrap();
        let object = &mut file.document["components"]["schemas"][schema];
        let part = match object.get("allOf") {
            Some(Value::Array(parts)) => {
                let own = parts.iter().position(|part| part.get("$ref").is_none()).unwrap();
                &mut object["allOf"][own]
            }
            _ => object,
        };
        part["properties"][property] = serde_json::json!({"type": "string"});
        changed
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}

impl File {
    fn operations(&self) -> Vec<Operation> {
        let mut found = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            for (method, it) in methods.as_object().unwrap() {
                if it.get("operationId").is_some() {
                    found.push(self.operation(path, method, it));
                }
            }
        }
        found
    }

    fn operation(&self, path: &str, method: &str, it: &Value) -> Operation {
        let parameters = it["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query");
        let query = parameters.map(|p| {
            let name = p["name"].as_str().unwrap().to_owned();
            (name, p["required"] == true, self.strict(&p["schema"]))
        });
        let body = it["requestBody"]["content"].as_object().and_then(|content| content.iter().next());
        let body = body.map(|(kind, media)| (kind.clone(), media["schema"].clone()));
        let answers = it["responses"].as_object().into_iter().flatten().map(|(status, answer)| {
            (status.parse().unwrap(), answer["content"]["application/json"].get("schema").cloned())
        });
        Operation {
            file: self.name.clone(),
            id: it["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            query: query.collect(),
            body,
            answers: answers.collect(),
        }
    }

    pub(crate) fn schemas(&self) -> &Map<String, Value> {
        self.document["components"]["schemas"].as_object().unwrap()
    }

    /// The shape of a schema: what it refers to and what it extends is put together.
    pub(crate) fn shape(&self, schema: &Value) -> Shape {
        match name_of(schema) {
            Some(name) => self.shape_named(name),
            None => self.shape_at(schema, "(inline)"),
        }
    }

    pub(crate) fn shape_named(&self, name: &str) -> Shape {
        let schema = &self.schemas()[name];
        if let Some(told) = schema.get("discriminator").and_then(|it| it.get("mapping")) {
            let by = schema["discriminator"]["propertyName"].as_str().unwrap().to_owned();
            let subs = told.as_object().unwrap().iter();
            return Shape::OneOf(by, subs.map(|(k, v)| (k.clone(), last(v.as_str().unwrap()))).collect());
        }
        self.shape_at(schema, name)
    }

    fn shape_at(&self, schema: &Value, name: &str) -> Shape {
        let mut all = BTreeMap::new();
        self.collect(schema, name, &mut all);
        for (_, property, _) in BEYOND.iter().filter(|(of, ..)| *of == name) {
            let schema = serde_json::json!({});
            all.insert(
                (*property).to_owned(),
                Property { declared_in: name.to_owned(), schema, required: false },
            );
        }
        if all.is_empty() { Shape::Plain } else { Shape::Object(all) }
    }

    fn collect(&self, schema: &Value, name: &str, all: &mut BTreeMap<String, Property>) {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            match name_of(part) {
                Some(base) => self.collect(&self.schemas()[base], base, all),
                None => self.collect(part, name, all),
            }
        }
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let (schema, declared_in) = (schema.clone(), name.to_owned());
            all.insert(property.clone(), Property { declared_in, schema, required: false });
        }
        let required: BTreeSet<_> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in all.iter_mut() {
            property.required |= required.contains(name.as_str());
        }
    }

    /// JSON Schema for `schema`, in which a property that is not documented is a fault.
    pub(crate) fn strict(&self, schema: &Value) -> Value {
        if let Some(name) = name_of(schema) {
            return serde_json::json!({"$ref": format!("#/$defs/{name}")});
        }
        let Value::Object(fields) = schema else { return schema.clone() };
        if fields.contains_key("allOf") || fields.contains_key("properties") {
            return self.strict_object(
                self.shape(schema),
                fields.get("additionalProperties"),
                nullable(schema),
            );
        }
        let mut plain = fields.clone();
        for name in ["nullable", "description", "example", "externalDocs", "default", "x-enum-varnames"] {
            plain.remove(name);
        }
        plain.remove("x-enum-descriptions");
        if let Some(items) = plain.get_mut("items") {
            *items = self.strict(items);
        }
        if let Some(Value::Array(several)) = plain.get_mut("oneOf") {
            several.iter_mut().for_each(|one| *one = self.strict(one));
        }
        if let Some(more) = plain.get_mut("additionalProperties").filter(|more| more.is_object()) {
            *more = self.strict(more);
        }
        // Formats of whole numbers, and binary, are none of JSON Schema's.
        plain.retain(|name, value| name != "format" || value == "uri" || value == "date-time");
        if nullable(schema) {
            return serde_json::json!({"anyOf": [plain, {"type": "null"}]});
        }
        Value::Object(plain)
    }

    fn strict_object(&self, shape: Shape, more: Option<&Value>, nullable: bool) -> Value {
        let Shape::Object(all) = shape else { return serde_json::json!({}) };
        let required: Vec<_> =
            all.iter().filter(|(_, it)| it.required).map(|(name, _)| name.clone()).collect();
        let properties: Map<_, _> =
            all.iter().map(|(name, it)| (name.clone(), self.strict_property(name, it))).collect();
        let object = serde_json::json!({
            "type": "object", "properties": properties, "required": required,
            "additionalProperties": more.map_or(Value::Bool(false), |more| self.strict(more)),
        });
        if nullable { serde_json::json!({"anyOf": [object, {"type": "null"}]}) } else { object }
    }

    fn strict_property(&self, name: &str, property: &Property) -> Value {
        let strict = self.strict(&property.schema);
        let null_too = NULL_TOO.iter().any(|(of, null, _)| *of == property.declared_in && *null == name);
        if null_too { serde_json::json!({"anyOf": [strict, {"type": "null"}]}) } else { strict }
    }

    fn strict_named(&self, name: &str) -> Value {
        match self.shape_named(name) {
            Shape::OneOf(by, subs) => {
                let known: Vec<_> = subs.keys().collect();
                let each = subs.iter().map(|(value, sub)| {
                    serde_json::json!({
                        "if": {"properties": {&by: {"const": value}}},
                        "then": {"$ref": format!("#/$defs/{sub}")},
                    })
                });
                serde_json::json!({
                    "type": "object", "required": [&by], "properties": {&by: {"enum": known}},
                    "allOf": each.collect::<Vec<_>>(),
                })
            }
            Shape::Object(_) => {
                let schema = &self.schemas()[name];
                let shape = self.shape_named(name);
                self.strict_object(shape, schema.get("additionalProperties"), nullable(schema))
            }
            Shape::Plain => self.strict(&self.schemas()[name]),
        }
    }

    /// What is wrong with `value`, by `schema`.
    pub(crate) fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut whole = self.strict(schema);
        let defs: Map<_, _> =
            self.schemas().keys().map(|name| (name.clone(), self.strict_named(name))).collect();
        whole = serde_json::json!({"allOf": [whole], "$defs": defs});
        let validator = jsonschema::validator_for(&whole).unwrap_or_else(|error| panic!("{error}"));
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
    }
}

fn nullable(schema: &Value) -> bool {
    schema["nullable"] == true
}

/// The schema that this one is no more than a reference to.
pub(crate) fn name_of(schema: &Value) -> Option<&str> {
    let alone = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) if schema.get("properties").is_none() => only,
        _ => schema,
    };
    alone["$ref"].as_str().map(|path| path.rsplit('/').next().unwrap())
}

fn last(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}
