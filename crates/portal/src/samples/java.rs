//! Java 17 with its own HTTP client: one file, `java Call.java`.

use super::{Call, Filling, indented, lines, quoted};

pub(super) fn program(call: &Call) -> String {
    let mut parts = vec![
        imports(call),
        format!(
            "class Call {{\n    static final String BASE = {};\n",
            quoted(&call.base)
        ),
    ];
    parts.push(SEND.to_owned());
    parts.push("    public static void main(String[] arguments) throws Exception {".to_owned());
    if call.needs_token() || call.has_basic() {
        parts.push(format!(
            "        var app = Base64.getEncoder().encodeToString({}.getBytes());",
            quoted(&call.app())
        ));
    }
    if call.needs_token() {
        let form = call
            .login()
            .map(|(name, value)| format!("{name}={value}"))
            .join("&");
        parts.push(format!("        var login = {};", quoted(&form)));
        parts.push(LOGIN.to_owned());
    }
    parts.push(request(call));
    parts.push("    }\n}".to_owned());
    lines(&parts)
}

fn imports(call: &Call) -> String {
    let mut names = vec![
        "java.net.URI",
        "java.net.http.HttpClient",
        "java.net.http.HttpRequest",
    ];
    names.push("java.net.http.HttpResponse.BodyHandlers");
    if call.needs_token() || call.has_basic() {
        names.push("java.util.Base64");
    }
    if call.keyed {
        names.push("java.util.UUID");
    }
    if call.needs_token() {
        names.push("java.util.regex.Pattern");
    }
    super::listed(&names, |name| format!("import {name};\n"))
}

const SEND: &str = r"    static String send(HttpRequest.Builder request) throws Exception {
        var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new RuntimeException(answer.body()); // It has the error code and what to do.
        }
        return answer.body();
    }
";

const LOGIN: &str = r#"        var answer = send(HttpRequest.newBuilder(URI.create(BASE + "/oauth/v2/token"))
                .header("Authorization", "Basic " + app)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(login)));
        var found = Pattern.compile("\"access_token\":\"([^\"]*)\"").matcher(answer);
        found.find();
        var token = found.group(1);
"#;

fn request(call: &Call) -> String {
    let (made, publisher) = publisher(call);
    let address = quoted(&call.path);
    let mut lines = vec![format!(
        "        System.out.println(send(HttpRequest.newBuilder(URI.create(BASE + {address}))"
    )];
    for header in headers(call) {
        lines.push(format!("                .header({header})"));
    }
    let method = match (call.method.as_str(), made.is_empty()) {
        ("GET", true) => ".GET()".to_owned(),
        (method, _) => format!(".method({}, {publisher})", quoted(method)),
    };
    lines.push(format!("                {method}));"));
    format!("{made}{}", lines.join("\n"))
}

/// What makes the body, and what sends it.
fn publisher(call: &Call) -> (String, &'static str) {
    if let Some(body) = call.json() {
        let body = indented(&body.replace('\\', "\\\\"), 16);
        let quotes = "\"\"\"";
        let made = format!(
            "        var body = {quotes}\n                {body}\n                {quotes};\n"
        );
        return (made, "HttpRequest.BodyPublishers.ofString(body)");
    }
    let Some(form) = call.form() else {
        return (String::new(), "HttpRequest.BodyPublishers.noBody()");
    };
    let member = |(name, filling): &(String, Filling)| match filling {
        Filling::Text(text) => quoted(&format!("{name}={text}")),
        Filling::Token => format!("\"{name}=\" + token"),
    };
    let form: Vec<_> = form.iter().map(member).collect();
    let made = format!("        var form = {};\n", form.join(" + \"&\" + "));
    (made, "HttpRequest.BodyPublishers.ofString(form)")
}

fn headers(call: &Call) -> Vec<&'static str> {
    let mut headers = Vec::new();
    if call.has_bearer() {
        headers.push("\"Authorization\", \"Bearer \" + token");
    }
    if call.has_basic() {
        headers.push("\"Authorization\", \"Basic \" + app");
    }
    if call.json().is_some() {
        headers.push("\"Content-Type\", \"application/json\"");
    }
    if call.form().is_some() {
        headers.push("\"Content-Type\", \"application/x-www-form-urlencoded\"");
    }
    if call.keyed {
        headers.push("\"Idempotency-Key\", UUID.randomUUID().toString()");
    }
    headers
}
