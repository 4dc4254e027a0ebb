//! C# 11 (.NET 7 or later) with `HttpClient`, as a program without a class.

use super::{Call, Filling, lines, quoted};

pub(super) fn program(call: &Call) -> String {
    let mut parts = vec![usings(call)];
    parts.push(format!(
        "using var http = new HttpClient {{ BaseAddress = new Uri({}) }};",
        quoted(&call.base)
    ));
    if call.needs_token() || call.has_basic() {
        parts.push(format!(
            "var app = Convert.ToBase64String(Encoding.UTF8.GetBytes({}));",
            quoted(&call.app())
        ));
    }
    parts.push(SEND.to_owned());
    if call.needs_token() {
        let form = call
            .login()
            .map(|(name, value)| format!("    [{}] = {},", quoted(name), quoted(value)));
        parts.push(
            "var login = new HttpRequestMessage(HttpMethod.Post, \"/oauth/v2/token\");".to_owned(),
        );
        parts.push(
            "login.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\", app);"
                .to_owned(),
        );
        parts.push(format!(
            "login.Content = new FormUrlEncodedContent(new Dictionary<string, string> {{\n{}\n}});",
            form.join("\n")
        ));
        parts.push("var token = JsonDocument.Parse(await Send(login)).RootElement.GetProperty(\"access_token\").GetString()!;\n".to_owned());
    }
    request(call, &mut parts);
    lines(&parts)
}

fn usings(call: &Call) -> String {
    let mut names = Vec::new();
    if call.needs_token() || call.has_basic() {
        names.push("System.Net.Http.Headers");
    }
    if call.needs_token() || call.has_basic() || call.json().is_some() {
        names.push("System.Text");
    }
    if call.needs_token() {
        names.push("System.Text.Json");
    }
    super::listed(&names, |name| format!("using {name};\n"))
}

const SEND: &str = r"
async Task<string> Send(HttpRequestMessage message)
{
    var answer = await http.SendAsync(message);
    var text = await answer.Content.ReadAsStringAsync();
    if (!answer.IsSuccessStatusCode) throw new Exception(text); // It has the error code and what to do.
    return text;
}
";

fn request(call: &Call, parts: &mut Vec<String>) {
    parts.push(format!(
        "var request = new HttpRequestMessage(new HttpMethod({}), {});",
        quoted(&call.method),
        quoted(&call.path)
    ));
    if call.has_bearer() {
        parts.push(
            "request.Headers.Authorization = new AuthenticationHeaderValue(\"Bearer\", token);"
                .to_owned(),
        );
    }
    if call.has_basic() {
        parts.push(
            "request.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\", app);"
                .to_owned(),
        );
    }
    if call.keyed {
        parts.push(
            "request.Headers.Add(\"Idempotency-Key\", Guid.NewGuid().ToString());".to_owned(),
        );
    }
    if let Some(body) = call.json() {
        parts.push(format!(
            "request.Content = new StringContent(\"\"\"\n    {}\n    \"\"\", Encoding.UTF8, \"application/json\");",
            super::indented(&body, 4)
        ));
    }
    if let Some(form) = call.form() {
        let member = |(name, filling): &(String, Filling)| match filling {
            Filling::Text(text) => format!("    [{}] = {},", quoted(name), quoted(text)),
            Filling::Token => format!("    [{}] = token,", quoted(name)),
        };
        let form: Vec<_> = form.iter().map(member).collect();
        parts.push(format!(
            "request.Content = new FormUrlEncodedContent(new Dictionary<string, string> {{\n{}\n}});",
            form.join("\n")
        ));
    }
    parts.push("Console.WriteLine(await Send(request));".to_owned());
}
