//! Go with its standard library.

use super::{Call, Filling, lines, quoted};

pub(super) fn program(call: &Call) -> String {
    let mut parts = vec![format!("package main\n\nimport (\n{})\n", imports(call))];
    parts.push(format!("const base = {}\n", quoted(&call.base)));
    parts.push(SEND.to_owned());
    parts.push("func main() {".to_owned());
    if call.needs_token() {
        parts.push(login(call));
    }
    parts.push(request(call));
    parts.push("}".to_owned());
    lines(&parts)
}

fn imports(call: &Call) -> String {
    let mut names = Vec::new();
    if call.keyed {
        names.push("crypto/rand");
    }
    if call.needs_token() {
        names.push("encoding/json");
    }
    names.extend(["fmt", "io", "log", "net/http"]);
    if call.needs_token() || call.form().is_some() {
        names.push("net/url");
    }
    if call.needs_token() || call.form().is_some() || call.json().is_some() {
        names.push("strings");
    }
    super::listed(&names, |name| format!("\t{}\n", quoted(name)))
}

const SEND: &str = r"func send(request *http.Request) []byte {
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	if answer.StatusCode >= 400 {
		log.Fatal(string(text)) // It has the error code and what to do.
	}
	return text
}
";

fn login(call: &Call) -> String {
    let (app, secret) = (&call.credentials.client_id, &call.credentials.client_secret);
    let form = call
        .login()
        .map(|(name, value)| format!("\t\t{}: {{{}}},\n", quoted(name), quoted(value)));
    LOGIN
        .replace("$FORM", &form.concat())
        .replace("$APP", &quoted(app))
        .replace("$SECRET", &quoted(secret))
}

const LOGIN: &str = r#"	form := url.Values{
$FORM	}
	login, _ := http.NewRequest("POST", base+"/oauth/v2/token", strings.NewReader(form.Encode()))
	login.SetBasicAuth($APP, $SECRET)
	login.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.Unmarshal(send(login), &token); err != nil {
		log.Fatal(err)
	}
"#;

fn request(call: &Call) -> String {
    let made = body(call);
    let sent = if made.is_empty() { "nil" } else { "body" };
    let (method, path) = (quoted(&call.method), quoted(&call.path));
    let mut lines = vec![format!(
        "{made}\trequest, _ := http.NewRequest({method}, base+{path}, {sent})"
    )];
    lines.extend(headers(call).iter().map(|line| format!("\trequest.{line}")));
    if call.keyed {
        lines.push(KEY.to_owned());
    }
    lines.push("\tfmt.Println(string(send(request)))".to_owned());
    lines.join("\n")
}

const KEY: &str = r#"	key := make([]byte, 16)
	rand.Read(key)
	request.Header.Set("Idempotency-Key", fmt.Sprintf("%x", key))"#;

/// What makes the body; empty for none.
fn body(call: &Call) -> String {
    if let Some(json) = call.json() {
        let json = json.replace('\n', "\n\t");
        return format!("\tbody := strings.NewReader(`{json}`)\n");
    }
    let Some(form) = call.form() else {
        return String::new();
    };
    let member = |(name, filling): &(String, Filling)| match filling {
        Filling::Text(text) => format!("\t\t{}: {{{}}},\n", quoted(name), quoted(text)),
        Filling::Token => format!("\t\t{}: {{token.Value}},\n", quoted(name)),
    };
    let form: String = form.iter().map(member).collect();
    format!("\tbody := strings.NewReader(url.Values{{\n{form}\t}}.Encode())\n")
}

fn headers(call: &Call) -> Vec<String> {
    let mut lines = Vec::new();
    if call.has_bearer() {
        lines.push("Header.Set(\"Authorization\", \"Bearer \"+token.Value)".to_owned());
    }
    if call.has_basic() {
        let (app, secret) = (&call.credentials.client_id, &call.credentials.client_secret);
        lines.push(format!("SetBasicAuth({}, {})", quoted(app), quoted(secret)));
    }
    if call.json().is_some() {
        lines.push("Header.Set(\"Content-Type\", \"application/json\")".to_owned());
    }
    if call.form().is_some() {
        lines
            .push("Header.Set(\"Content-Type\", \"application/x-www-form-urlencoded\")".to_owned());
    }
    lines
}
