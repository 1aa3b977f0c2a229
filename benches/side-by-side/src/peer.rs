//! The programs that are compared.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::error::BenchError;

/// A program that is measured.
#[derive(Debug)]
pub(crate) struct Peer {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// The program that is started.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Variables it needs besides those of the function.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Whether it does the job. The bare one takes the event and does nothing.
    pub(crate) does_the_job: bool,
    /// The size of what is uploaded, when it is one binary.
    pub(crate) zip_bytes: Option<u64>,
}

impl Peer {
    /// A binary of ours.
    pub(crate) fn binary(name: &'static str, program: PathBuf) -> Result<Self, BenchError> {
        let zip_bytes = Some(zipped_size(&program)?);
        let does_the_job = name != "bare";
        Ok(Self { name, program, arguments: Vec::new(), environment: Vec::new(), does_the_job, zip_bytes })
    }

    /// The handler in Python, by Lambda's own runtime client.
    pub(crate) fn python(root: &Path) -> Result<Self, BenchError> {
        let program = root.join(".venv/bench/bin/python");
        if !program.exists() {
            return Err(BenchError::NoPython(program));
        }
        Ok(Self {
            name: "Python, boto3",
            program,
            arguments: ["-m", "awslambdaric", "handler.handle"].map(str::to_owned).to_vec(),
            environment: vec![("PYTHONPATH", root.join("benches/python").display().to_string())],
            does_the_job: true,
            zip_bytes: None,
        })
    }
}

fn zipped_size(program: &Path) -> Result<u64, BenchError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().compression_level(Some(9)))
        .map_err(std::io::Error::other)?;
    zip.write_all(&std::fs::read(program)?)?;
    Ok(zip.finish().map_err(std::io::Error::other)?.into_inner().len() as u64)
}
