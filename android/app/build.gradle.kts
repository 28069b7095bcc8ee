// For Android Studio. What CI runs is scripts/android, from the same sources.
plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.compose)
}

/** A resource is read with quotes and backslashes taken away. */
fun mapLayers(): String {
    val file = providers.environmentVariable("TRAK_MAP_LAYERS").orNull ?: return ""
    return File(file).readText().replace("\\", "\\\\").replace("'", "\\'").replace("\"", "\\\"")
}

val target = rootDir.parentFile.resolve("target")

android {
    namespace = "online.trakiot.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "online.trakiot.app"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
        // The key of the app at JPush; without one nothing is pushed to it.
        manifestPlaceholders["JPUSH_APPKEY"] = providers.environmentVariable("TRAK_JPUSH_APPKEY").getOrElse("")
        // The operator's map layers; looked through by the script's build only.
        resValue("string", "operator_map_layers", mapLayers())
        // Where a person finds the operator's people, and the app's filing number; without one the app does not show it.
        for (what in listOf("hotline", "mail", "filing")) {
            resValue("string", "operator_$what", providers.environmentVariable("TRAK_OPERATOR_${what.uppercase()}").getOrElse(""))
        }
        ndk.abiFilters += setOf("arm64-v8a", "x86_64")
    }
    buildFeatures.compose = true
    buildFeatures.resValues = true
    buildTypes["release"].apply {
        isMinifyEnabled = true
        isShrinkResources = true
        proguardFiles("proguard-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }
    // What scripts/targets android or cargo-ndk built: the folder holds one folder an ABI.
    sourceSets["main"].jniLibs.directories += "$target/targets/jniLibs"
    sourceSets["main"].kotlin.directories += setOf(
        "src/main/kotlin",
        // The adapters, and the bindings that scripts/android generates.
        "${rootDir.parentFile}/bindings/kotlin",
        "$target/android/generated/kotlin",
    )
    testOptions.unitTests {
        isIncludeAndroidResources = true
        all {
            // Runs in scripts/android, in a process whose classes and network are watched from its beginning on.
            it.exclude("**/BeforeConsentTest*")
            it.systemProperty("jna.library.path", "$target/debug")
            it.systemProperty("trak.screenshots", rootDir.resolve("screenshots").path)
            it.systemProperty("trak.differences", "$target/android/differences")
            it.systemProperty("trak.backend", "$target/debug/trak-backend")
        }
    }
}

dependencies {
    implementation(libs.activity.compose)
    implementation(libs.compose.foundation)
    implementation(libs.compose.icons)
    implementation(libs.compose.material3)
    implementation(libs.compose.tooling.preview)
    implementation(libs.coroutines.android)
    implementation(libs.lifecycle.runtime.compose)
    implementation(libs.lifecycle.viewmodel)
    implementation(libs.okhttp)
    implementation(libs.play.location)
    implementation(libs.jcore)
    implementation(libs.jpush)
    implementation(libs.jna) { artifact { type = "aar" } }

    testImplementation(libs.junit)
    testImplementation(libs.robolectric)
    testImplementation(libs.compose.test.junit4)
    testImplementation(libs.test.espresso)
    testImplementation(libs.test.junit)
    testImplementation(libs.jna) // the same without Android's packing, for tests on this machine
    debugImplementation(libs.compose.test.manifest)
}
