//! The surface that Kotlin and Swift see, as text: `api.snap`. A change to it is a change for both shells, so it has to
//! be seen in a review. Read from the built library, as the generator reads it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of a test

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use uniffi_bindgen::macro_metadata::extract_from_library;
use uniffi_meta::{DefaultValueMetadata, EnumShape, FieldMetadata, FnParamMetadata, Metadata, Type};

#[test]
fn the_surface_is_as_written_down() {
    let items = extract_from_library(library().to_str().unwrap().into()).unwrap();
    let surface = listing(&items);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("api.snap");
    if std::env::var_os("WRITE_API_SNAP").is_some() {
        std::fs::write(&path, &surface).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let changed = surface.lines().zip(known.lines()).position(|(now, then)| now != then);
    assert!(
        surface == known,
        "the surface differs from api.snap from line {:?} on; if that is meant: WRITE_API_SNAP=1",
        changed.map(|index| index + 1)
    );
}

#[test]
fn the_rules_of_the_boundary_hold() {
    let items = extract_from_library(library().to_str().unwrap().into()).unwrap();
    for item in &items {
        match item {
            Metadata::Record(record) => {
                assert!(!["Unit", "Group"].contains(&record.name.as_str()), "{} shadows", record.name);
                for field in &record.fields {
                    let object = field.ty.iter_types().any(|ty| matches!(ty, Type::Object { .. }));
                    assert!(!object, "{}.{} is an object: Kotlin would leak it", record.name, field.name);
                }
            }
            Metadata::TraitMethod(method) => {
                assert!(!method.is_async, "{}: async foreign traits crash Swift's compiler", method.name);
            }
            _ => {}
        }
    }
}

/// The library that this test was built with: it lies beside the test's own file.
fn library() -> PathBuf {
    let beside = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let names = ["libtrak_ffi.so", "libtrak_ffi.dylib"];
    names
        .iter()
        .map(|name| beside.join(name))
        .find(|path| path.exists())
        .expect("the library is built with the test")
}

fn listing(items: &[Metadata]) -> String {
    let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |head: String, line: Option<String>| {
        let block = blocks.entry(head).or_default();
        block.extend(line);
    };
    for item in items {
        match item {
            Metadata::Func(f) => {
                let call = call(&f.name, f.is_async, &f.inputs, f.return_type.as_ref(), f.throws.as_ref());
                add(format!("function {call}"), None);
            }
            Metadata::Record(r) => {
                r.fields.iter().for_each(|f| add(format!("record {}", r.name), Some(field(f))));
            }
            Metadata::Enum(e) => {
                let word = if matches!(e.shape, EnumShape::Error { .. }) { "error" } else { "enum" };
                for v in &e.variants {
                    let fields: Vec<String> = v.fields.iter().map(field).collect();
                    let fields = if fields.is_empty() {
                        String::new()
                    } else {
                        format!(" {{ {} }}", fields.join(", "))
                    };
                    add(format!("{word} {}", e.name), Some(format!("{}{fields}", v.name)));
                }
            }
            Metadata::Object(o) if o.imp.has_callback_interface() => {
                add(format!("foreign trait {}", o.name), None);
            }
            Metadata::Object(o) => add(format!("object {}", o.name), None),
            Metadata::Constructor(c) => {
                let made = Type::Object {
                    module_path: c.module_path.clone(),
                    name: c.self_name.clone(),
                    imp: uniffi_meta::ObjectImpl::Struct,
                };
                let call = call(&c.name, c.is_async, &c.inputs, Some(&made), c.throws.as_ref());
                add(format!("object {}", c.self_name), Some(format!("constructor {call}")));
            }
            Metadata::Method(m) => {
                let call = call(&m.name, m.is_async, &m.inputs, m.return_type.as_ref(), m.throws.as_ref());
                add(format!("object {}", m.self_name), Some(call));
            }
            Metadata::TraitMethod(m) => {
                let call = call(&m.name, m.is_async, &m.inputs, m.return_type.as_ref(), m.throws.as_ref());
                add(format!("foreign trait {}", m.trait_name), Some(call));
            }
            Metadata::CallbackInterface(c) => add(format!("callback interface {}", c.name), None),
            Metadata::CustomType(c) => add(format!("custom type {} = {}", c.name, ty(&c.builtin)), None),
            Metadata::Namespace(_)
            | Metadata::UdlFile(_)
            | Metadata::UniffiTrait(_)
            | Metadata::ObjectTraitImpl(_) => {}
        }
    }
    let mut text = String::new();
    for (head, mut lines) in blocks {
        if head.starts_with("object") || head.starts_with("foreign") {
            lines.sort(); // methods have no order; fields and variants do, and it is part of the surface
        }
        writeln!(text, "{head}").unwrap();
        for line in lines {
            writeln!(text, "    {line}").unwrap();
        }
    }
    text
}

fn call(
    name: &str,
    is_async: bool,
    inputs: &[FnParamMetadata],
    answer: Option<&Type>,
    throws: Option<&Type>,
) -> String {
    let inputs: Vec<String> =
        inputs.iter().map(|input| format!("{}: {}", input.name, ty(&input.ty))).collect();
    let wait = if is_async { "async " } else { "" };
    let answer = answer.map(|answer| format!(" -> {}", ty(answer))).unwrap_or_default();
    let throws = throws.map(|error| format!(" throws {}", ty(error))).unwrap_or_default();
    format!("{wait}{name}({}){answer}{throws}", inputs.join(", "))
}

fn field(field: &FieldMetadata) -> String {
    let default = match &field.default {
        None => "",
        Some(DefaultValueMetadata::Default | DefaultValueMetadata::Literal(_)) => " = default",
    };
    format!("{}: {}{default}", field.name, ty(&field.ty))
}

fn ty(of: &Type) -> String {
    match of {
        Type::Optional { inner_type } => format!("{}?", ty(inner_type)),
        Type::Sequence { inner_type } => format!("[{}]", ty(inner_type)),
        Type::Set { inner_type } => format!("set of {}", ty(inner_type)),
        Type::Map { key_type, value_type } => format!("[{}: {}]", ty(key_type), ty(value_type)),
        Type::Box { inner_type } => ty(inner_type),
        named => named.name().map_or_else(|| format!("{named:?}").to_lowercase(), str::to_owned),
    }
}
