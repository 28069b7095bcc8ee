//! Where the core's log lines go: the system's own log on a phone. They carry no coordinate, name, token or password.

/// Sends the core's log lines to the system's log. Called once by a shell, before `Trak`; a second call does nothing.
#[uniffi::export]
pub fn install_logging() {
    #[cfg(target_os = "android")]
    android_logger::init_once(
        android_logger::Config::default().with_tag("trak").with_max_level(log::LevelFilter::Info),
    );
    #[cfg(target_os = "ios")]
    if oslog::OsLogger::new("online.trakiot").level_filter(log::LevelFilter::Info).init().is_err() {
        tracing::debug!("a log was installed before");
    }
}
