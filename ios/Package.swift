// swift-tools-version: 6.0
// The app without its project file. Everything stands in here but the app's own folder; nothing comes from outside.
//
// The bindings in Generated are written by `scripts/apple bindings`. Xcode takes the core as an XCFramework
// (`scripts/apple xcframework`) and builds the screens. `scripts/apple test`, which says so in the environment, tests the
// model layer on this machine against the library that cargo built, found through the linker's search path.
import PackageDescription

let onThisMachine = Context.environment["TRAK_HOST_TESTS"] != nil

let core: Target =
    onThisMachine
    ? .systemLibrary(name: "TrakCoreFFI", path: "Generated/TrakCoreFFI")
    : .binaryTarget(name: "TrakCoreFFI", path: "TrakCore.xcframework")

// What only Apple's systems can run; elsewhere `scripts/apple types` checks it against LinuxCheck.
let shown: [Target] =
    onThisMachine
    ? []
    : [
        .target(name: "TrakPlatform", dependencies: ["TrakModel"]),
        .target(name: "TrakScreens", dependencies: ["TrakModel", "TrakPlatform"]),
    ]

// The tests start processes, which an iPhone does not let them. One of them uses the core and is killed.
let tests: [Target] = [
    .target(name: "TrakTestSupport", dependencies: ["TrakKit"], path: "Tests/Support"),
    .executableTarget(name: "trak-probe", dependencies: ["TrakTestSupport"], path: "Tests/Probe"),
    .testTarget(name: "TrakKitTests", dependencies: ["TrakKit"]),
    .testTarget(name: "TrakModelTests", dependencies: ["TrakModel", "TrakTestSupport", "trak-probe"]),
]

let package = Package(
    name: "Trak",
    defaultLocalization: "en",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: onThisMachine ? [] : [.library(name: "TrakApp", targets: ["TrakScreens", "TrakPlatform", "TrakModel"])],
    targets: shown + [
        core,
        .target(
            name: "TrakCore", dependencies: ["TrakCoreFFI"], path: "Generated/TrakCore",
            // What the generator writes is Swift 5; everything else here is Swift 6.
            swiftSettings: [.swiftLanguageMode(.v5)], linkerSettings: onThisMachine ? [.linkedLibrary("trak_ffi")] : []),
        .target(name: "TrakKit", dependencies: ["TrakCore"]),
        .target(name: "TrakModel", dependencies: ["TrakKit"]),
    ] + (onThisMachine ? tests : [])
)
