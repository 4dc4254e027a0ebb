//! The form of an operation: a field for each thing that a call takes, with an example in it.

use storage::{RegisteredApp, SystemUser};
use web::{Field, Options};

use super::check::{body_faults, parameter_fault};
use crate::people::input::Fields;
use crate::portal::Inner;
use crate::reference::{Access, Code, Operation, Parameter};

/// The operation's parameters are fields under this and their name; the members of a form under that.
const PARAMETER: &str = "parameter.";
const MEMBER: &str = "member.";

/// The members by which an app says who it is; HTTP Basic does that here.
const CLIENT: [&str; 2] = ["client_id", "client_secret"];

/// What can be chosen from: the organization's own apps and system users that are enabled.
pub(super) struct Choices {
    pub(super) apps: Vec<RegisteredApp>,
    pub(super) users: Vec<SystemUser>,
}

/// What somebody typed, or what the form begins with.
pub(super) struct Typed {
    pub(super) app: String,
    pub(super) system_user: String,
    pub(super) secret: String,
    /// The error that is to be provoked; in a sandbox alone.
    pub(super) code: Option<u32>,
    pub(super) parameters: Vec<Input>,
    pub(super) members: Vec<Input>,
    pub(super) body: Option<Input>,
}

/// One text with what is wrong with it.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) fault: String,
}

impl Input {
    fn new(name: &str, value: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.into(),
            fault: String::new(),
        }
    }
}

impl Typed {
    /// What the form begins with.
    pub(super) fn examples(inner: &Inner, operation: &Operation, choices: &Choices) -> Self {
        let user = choices.users.first().map_or("", |user| user.name.as_str());
        let app = choices.apps.first().map_or("", |app| app.app.id.as_str());
        let known = &inner.credentials;
        // In a sandbox, everybody knows them.
        let own = |id: &str, own: &str, secret: &str| {
            let is_known = inner.sandbox && id == own;
            if is_known {
                secret.to_owned()
            } else {
                String::new()
            }
        };
        let parameter = |parameter: &Parameter| {
            // What narrows an answer, or makes it another one, is left to who tries.
            let value = if parameter.required {
                parameter.example.as_str()
            } else {
                ""
            };
            Input::new(&parameter.name, value)
        };
        let member = |(name, required): (&str, bool)| {
            let value = match name {
                "username" => user.to_owned(),
                "password" => own(user, &known.username, &known.password),
                _ if required && name != "token" => example(operation, name),
                _ => String::new(),
            };
            Input::new(name, value)
        };
        let body = operation.body.as_ref().filter(|_| !is_form(operation));
        Self {
            secret: own(app, &known.client_id, &known.client_secret),
            app: app.to_owned(),
            system_user: user.to_owned(),
            code: None,
            parameters: operation.parameters.iter().map(parameter).collect(),
            members: members(operation).map(member).collect(),
            body: body.map(|body| {
                let text = serde_json::to_string_pretty(&body.example);
                Input::new("body", text.unwrap_or_default())
            }),
        }
    }

    /// The same with an error to provoke, as an address names it; in a sandbox alone.
    pub(super) fn provoking(mut self, inner: &Inner, code: &str) -> Self {
        let known = code
            .parse()
            .ok()
            .and_then(|code| inner.reference.code(code));
        self.code = known.filter(|_| inner.sandbox).map(|code| code.number);
        self
    }

    /// What a form has sent.
    pub(super) fn read(operation: &Operation, fields: &Fields, sandbox: bool) -> Self {
        let input = |prefix: &str, name: &str| {
            let value = fields.one(&format!("{prefix}{name}"));
            Input::new(name, value.trim())
        };
        let code = fields.one("provoke").parse().ok();
        let parameters = operation.parameters.iter();
        Self {
            app: fields.one("app").to_owned(),
            system_user: fields.one("system_user").to_owned(),
            secret: fields.one("secret").to_owned(),
            code: code.filter(|_| sandbox),
            parameters: parameters.map(|one| input(PARAMETER, &one.name)).collect(),
            members: members(operation)
                .map(|(name, _)| input(MEMBER, name))
                .collect(),
            body: takes_json(operation).then(|| input("", "body")),
        }
    }

    /// Says beside each field what is wrong with it; whether all is right.
    pub(super) fn check(&mut self, inner: &Inner, operation: &Operation) -> bool {
        let components = &inner.reference.components;
        for (input, parameter) in self.parameters.iter_mut().zip(&operation.parameters) {
            input.fault = match (input.value.as_str(), parameter.required) {
                ("", true) => "This is required.".to_owned(),
                ("", false) => String::new(),
                (typed, _) => parameter_fault(parameter, components, typed),
            };
        }
        for (input, (name, required)) in self.members.iter_mut().zip(members(operation)) {
            if required && input.value.is_empty() && name != "token" {
                "This is required.".clone_into(&mut input.fault);
            }
        }
        if let (Some(input), Some(content)) = (&mut self.body, &operation.body) {
            input.fault = match serde_json::from_str(&input.value) {
                Ok(body) => body_faults(components, &content.schema, &body).join("; "),
                Err(error) => format!("This is no JSON: {error}"),
            };
        }
        !self.has_faults()
    }

    /// Whether something that was typed is wrong.
    pub(super) fn has_faults(&self) -> bool {
        let mut all = self
            .parameters
            .iter()
            .chain(&self.members)
            .chain(&self.body);
        all.any(|input| !input.fault.is_empty())
    }

    /// The fields, in the order of the page.
    pub(super) fn fields(
        &self,
        inner: &Inner,
        operation: &Operation,
        choices: &Choices,
    ) -> Vec<Field> {
        let mut fields = self.who(inner, operation, choices);
        for (input, parameter) in self.parameters.iter().zip(&operation.parameters) {
            fields.push(parameter_field(input, parameter));
        }
        for (input, (name, required)) in self.members.iter().zip(members(operation)) {
            let id = format!("{MEMBER}{name}");
            let field = if name == "password" {
                Field::password(&id, name).value(shown(inner, &input.value))
            } else {
                Field::text(&id, name).value(&input.value)
            };
            let field = if name == "token" {
                field.hint("Left empty, it is the token of this call.")
            } else if required {
                field.required()
            } else {
                field
            };
            fields.push(field.fault(input.fault.clone()));
        }
        if let Some(input) = &self.body {
            let rows = u8::try_from(input.value.lines().count()).unwrap_or(u8::MAX);
            let field = Field::lines("body", "Body, in JSON", rows.clamp(6, 24)).required();
            fields.push(field.value(&input.value).fault(input.fault.clone()));
        }
        if inner.sandbox {
            fields.push(self.provoked(inner, operation));
        }
        fields
    }

    fn who(&self, inner: &Inner, operation: &Operation, choices: &Choices) -> Vec<Field> {
        if operation.access == Access::Open {
            return Vec::new();
        }
        let apps = choices.apps.iter();
        let apps: Vec<_> = apps
            .map(|one| (one.app.id.as_str(), one.app.name.as_str()))
            .collect();
        let users = choices.users.iter().map(|user| user.name.as_str());
        let users: Vec<_> = users.map(|name| (name, name)).collect();
        let mut fields = vec![
            Field::choice("app", "App", &apps)
                .value(&self.app)
                .required(),
            Field::choice("system_user", "System user", &users)
                .value(&self.system_user)
                .required(),
        ];
        if operation.access == Access::Client {
            let hint = "For this operation an app shows its own secret, which nobody here knows but \
                        you. It is sent with this call and not kept.";
            let field = Field::password("secret", "The app's secret").hint(hint);
            fields.push(field.value(shown(inner, &self.secret)).required());
        }
        fields
    }

    fn provoked(&self, inner: &Inner, operation: &Operation) -> Field {
        let mut options: Options = vec![(String::new(), "None: call the operation".to_owned())];
        let (own, other): (Vec<_>, Vec<_>) = inner
            .reference
            .codes
            .iter()
            .partition(|code| operation.has_code(code.number));
        options.extend(own.into_iter().chain(other).map(Code::choice));
        let code = self.code.map(|code| code.to_string());
        Field::choice("provoke", "Error to provoke", &options)
            .value(code.unwrap_or_default())
            .hint("The sandbox answers with this error; those of the operation come first.")
    }
}

/// What somebody typed that nobody else may see is typed again for another call; a sandbox has no
/// secrets.
fn shown<'a>(inner: &Inner, secret: &'a str) -> &'a str {
    if inner.sandbox { secret } else { "" }
}

/// Whether the body is a form.
pub(super) fn is_form(operation: &Operation) -> bool {
    let body = operation.body.as_ref();
    body.is_some_and(|body| body.media_type.ends_with("x-www-form-urlencoded"))
}

fn takes_json(operation: &Operation) -> bool {
    operation.body.is_some() && !is_form(operation)
}

/// The members of a body that is a form, and whether each is required.
fn members(operation: &Operation) -> impl Iterator<Item = (&str, bool)> {
    let body = operation.body.as_ref().filter(|_| is_form(operation));
    let members = body.into_iter().flat_map(|body| &body.shape.members);
    members
        .map(|member| (member.name.as_str(), member.required))
        .filter(|(name, _)| !CLIENT.contains(name))
}

fn example(operation: &Operation, name: &str) -> String {
    let body = operation.body.as_ref();
    let example = body.and_then(|body| body.example.get(name)?.as_str());
    example.unwrap_or_default().to_owned()
}

fn parameter_field(input: &Input, parameter: &Parameter) -> Field {
    let id = format!("{PARAMETER}{}", parameter.name);
    let label = format!("{} ({})", parameter.name, parameter.place);
    let values = parameter.schema["enum"].as_array();
    let field = match values {
        Some(values) => {
            let mut options = vec![(String::new(), "not sent".to_owned())];
            let values = values.iter().filter_map(|value| value.as_str());
            options.extend(values.map(|value| (value.to_owned(), value.to_owned())));
            Field::choice(&id, &label, &options)
        }
        None => Field::text(&id, &label),
    };
    let mut hints: Vec<_> = parameter.shape.limits.clone();
    if parameter.has_example {
        hints.push(format!("such as {}", parameter.example));
    }
    let field = field.hint(hints.join("; ").replace('`', ""));
    let field = if parameter.required {
        field.required()
    } else {
        field
    };
    field.value(&input.value).fault(input.fault.clone())
}
