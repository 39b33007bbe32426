//! What the lines of an import say, and what is wrong with them (BULK-2, BULK-3).

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::catalog::rules::{Attributes, CATEGORY};
use crate::platform::problem::{BODY_TOO_LARGE, IMPORT_FAILED};
use crate::platform::{FieldError, Problem, Rejection, Result, SKU, shaped, strict, validated};
use crate::schema::products;

const MOST_LINES: usize = 50_000;
const MOST_ERRORS: usize = 100;

/// The document and the row.
#[derive(Deserialize, Validate, Insertable)]
#[serde(deny_unknown_fields)]
#[diesel(table_name = products)]
pub struct ImportLine {
    #[validate(regex(path = *SKU))]
    sku: String,
    #[validate(length(min = 1, max = 120))]
    name: String,
    #[validate(length(max = 4000))]
    description: Option<String>,
    #[validate(regex(path = *CATEGORY))]
    category: String,
    #[validate(range(min = 1, max = 5_000_000))]
    price: i64,
    #[validate(range(min = 0, max = 5000))]
    tax_rate_bp: i32,
    #[serde(default)]
    #[validate(nested)]
    #[diesel(serialize_as = Value)]
    attributes: Attributes,
    #[serde(default)]
    #[validate(range(min = 0, max = 2_000_000_000))]
    stock: i32,
    #[serde(default = "yes")]
    active: bool,
    // What an export adds.
    #[serde(default, rename = "id")]
    #[diesel(skip_insertion)]
    _id: IgnoredAny,
    #[serde(default, rename = "version")]
    #[diesel(skip_insertion)]
    _version: IgnoredAny,
    #[serde(default, rename = "created_at")]
    #[diesel(skip_insertion)]
    _created_at: IgnoredAny,
    #[serde(default, rename = "updated_at")]
    #[diesel(skip_insertion)]
    _updated_at: IgnoredAny,
}

fn yes() -> bool {
    true
}

#[derive(Serialize)]
struct LineError {
    line: usize,
    #[serde(flatten)]
    fault: FieldError,
}

/// A checked import. Its rows stand in order of sku, so that two imports cannot deadlock.
#[derive(Default)]
pub struct Upload {
    rows: BTreeMap<String, ImportLine>,
    seen: HashSet<String>,
    errors: Vec<LineError>,
    error_count: usize,
}

impl Upload {
    /// Takes a line; none is one that is too long. The error is that of the whole body.
    pub fn take(&mut self, number: usize, line: Option<&[u8]>) -> Result<()> {
        if number > MOST_LINES {
            return Err(BODY_TOO_LARGE.into());
        }
        match line {
            Some([]) => {}
            Some(text) => {
                if let Err(faults) = self.read(text) {
                    self.fail(number, faults);
                }
            }
            None => self.fail(number, malformed()),
        }
        Ok(())
    }

    fn read(&mut self, text: &[u8]) -> Result<(), Vec<FieldError>> {
        let value = strict(text).map_err(|_| malformed())?;
        let sku = value["sku"].as_str().map(str::to_owned);
        let twice = sku.is_some_and(|sku| !self.seen.insert(sku));
        let line = shaped::<ImportLine>(value).and_then(validated);
        match line {
            Ok(_) if twice => Err(vec![FieldError::new("/sku", "duplicate")]),
            Ok(line) => {
                self.rows.insert(line.sku.clone(), line);
                Ok(())
            }
            Err(Rejection::Invalid(faults)) => Err(faults),
            Err(Rejection::Malformed) => Err(malformed()),
        }
    }

    fn fail(&mut self, line: usize, mut faults: Vec<FieldError>) {
        self.rows.clear(); // nothing will be applied
        self.error_count += faults.len();
        faults.sort_by(|one, other| one.pointer.cmp(&other.pointer));
        let room = MOST_ERRORS.saturating_sub(self.errors.len());
        self.errors.extend(faults.into_iter().take(room).map(|fault| LineError { line, fault }));
    }

    /// The rows, if every line was good.
    pub fn rows(self) -> Result<Vec<ImportLine>> {
        if self.error_count > 0 {
            let problem = Problem::from(IMPORT_FAILED).with("errors", self.errors);
            return Err(problem.with("error_count", self.error_count));
        }
        Ok(self.rows.into_values().collect())
    }
}

fn malformed() -> Vec<FieldError> {
    vec![FieldError::new("", "malformed")]
}
