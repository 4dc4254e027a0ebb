//! Tables that can be read as cards. On a narrow screen the style sheet makes a card of each row, so
//! each cell carries its column's heading; and each part says what it is, for browsers forget that of
//! what is not laid out as a table. It is done to whole pages, so that no table is forgotten.

/// A table while it is gone through.
#[derive(Default)]
struct Table {
    headings: Vec<String>,
    is_head: bool,
    /// The heading that is being read.
    heading: Option<String>,
    column: usize,
}

/// A page, written by a template, whose tables have their cells labeled.
#[must_use]
pub fn label_cells(html: String) -> String {
    if !html.contains("<table") {
        return html;
    }
    let mut labeled = String::with_capacity(html.len() + html.len() / 2);
    let mut tables: Vec<Table> = Vec::new();
    let mut rest = html.as_str();
    // In what is escaped, no other `<` and `>` are than those of tags.
    while let Some((text, tag, after)) = next_tag(rest) {
        if let Some(heading) = tables.last_mut().and_then(|table| table.heading.as_mut()) {
            heading.push_str(text);
        }
        labeled.push_str(text);
        labeled.push('<');
        labeled.push_str(tag);
        match name_of(tag) {
            "table" => tables.push(Table::default()),
            "/table" => drop(tables.pop()),
            _ => {}
        }
        if let Some(table) = tables.last_mut() {
            table.meet(tag, &mut labeled);
        }
        labeled.push('>');
        rest = after;
    }
    labeled.push_str(rest);
    labeled
}

impl Table {
    /// Adds to a tag what it lacks.
    fn meet(&mut self, tag: &str, labeled: &mut String) {
        let name = name_of(tag);
        match name {
            "table" => labeled.push_str(" role=\"table\""),
            "thead" | "tbody" => {
                self.is_head = name == "thead";
                labeled.push_str(" role=\"rowgroup\"");
            }
            "tr" => {
                self.column = 0;
                labeled.push_str(" role=\"row\"");
            }
            "th" if self.is_head => {
                self.heading = Some(String::new());
                labeled.push_str(" role=\"columnheader\"");
            }
            "/th" => {
                if let Some(heading) = self.heading.take() {
                    self.headings.push(heading.trim().replace('"', "&quot;"));
                }
            }
            "th" | "td" => self.label(name, tag, labeled),
            _ => {}
        }
    }

    fn label(&mut self, name: &str, tag: &str, labeled: &mut String) {
        let is_whole_row = tag.contains("colspan=");
        let role = if name == "th" { "rowheader" } else { "cell" };
        labeled.extend([" role=\"", role, "\""]);
        let heading = self.headings.get(self.column);
        if let Some(heading) = heading.filter(|words| !words.is_empty() && !is_whole_row) {
            labeled.extend([" data-label=\"", heading, "\""]);
        }
        self.column += 1;
    }
}

fn name_of(tag: &str) -> &str {
    tag.split([' ', '\n']).next().unwrap_or_default()
}

/// The text before the next tag, what is in the tag, and what follows it.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (tag, after) = rest.split_once('>')?;
    Some((before, tag, after))
}

#[cfg(test)]
mod tests {
    use super::label_cells;

    fn labeled(html: &str) -> String {
        label_cells(html.to_owned())
    }

    #[test]
    fn each_cell_has_its_heading_and_each_part_its_role() {
        let html = "<p>x</p><table class=\"a\"><thead><tr><th scope=\"col\">Order</th>\
            <th scope=\"col\" class=\"number\">In <b>ms</b></th><th></th></tr></thead>\n<tbody><tr>\
            <th scope=\"row\"><a href=\"/1\">1</a></th><td>2<br>3</td><td></td></tr></tbody></table><td>";
        let expected = "<p>x</p><table class=\"a\" role=\"table\"><thead role=\"rowgroup\">\
            <tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Order</th>\
            <th scope=\"col\" class=\"number\" role=\"columnheader\">In <b>ms</b></th>\
            <th role=\"columnheader\"></th></tr></thead>\n<tbody role=\"rowgroup\"><tr role=\"row\">\
            <th scope=\"row\" role=\"rowheader\" data-label=\"Order\"><a href=\"/1\">1</a></th>\
            <td role=\"cell\" data-label=\"In ms\">2<br>3</td><td role=\"cell\"></td></tr></tbody>\
            </table><td>";
        assert_eq!(labeled(html), expected);
    }

    #[test]
    fn rows_begin_anew_and_so_do_tables() {
        let html = "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td></td></tr><tr><td></td>\
            </tr></tbody></table><table><tbody><tr><td></td></tr></tbody></table>";
        let labeled = labeled(html);
        assert_eq!(labeled.matches("data-label=\"A\"").count(), 2, "{labeled}");
        assert_eq!(labeled.matches("role=\"cell\"").count(), 3, "{labeled}");
    }

    #[test]
    fn a_cell_that_is_a_row_has_no_label_and_a_label_stays_an_attribute() {
        let html = "<table><thead><tr><th>a \"b\" &lt;</th></tr></thead><tbody><tr>\
            <th colspan=\"3\" scope=\"rowgroup\">c</th></tr><tr><td>d</td></tr></tbody></table>";
        let labeled = labeled(html);
        assert!(labeled.contains("data-label=\"a &quot;b&quot; &lt;\">d"));
        assert!(labeled.contains("scope=\"rowgroup\" role=\"rowheader\">c"));
    }

    #[test]
    fn a_page_without_tables_stays_as_it_is() {
        for html in ["", "<p>a</p>", "<p>td</p> a < b", "<table", "<table><tr"] {
            assert_eq!(labeled(html).replace(" role=\"table\"", ""), html);
        }
    }
}
