//! Starts the program.

fn main() -> std::process::ExitCode {
    trak_desktop::main()
}
