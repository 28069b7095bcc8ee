"""Makes the linker's list of macOS's system library one of arm64 iOS: ios_stub.py FROM TO."""

import re
import sys


def for_ios(text: str) -> str:
    """Keeps what is listed for 64-bit ARM Macs and calls it iOS; drops Mac Catalyst and Intel."""

    def targets(match):
        words = [word.strip() for word in match[2].replace("\n", " ").split(",")]
        kept = [word.replace("-macos", "-ios") for word in words if word in ("arm64-macos", "arm64e-macos")]
        if "arm64e-ios" in kept and "arm64-ios" not in kept:
            kept.append("arm64-ios")
        return f"{match[1]}[ {', '.join(kept or ['arm64e-ios'])} ]"

    return re.sub(r"(targets:\s+)\[([^\]]*)\]", targets, text)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(for_ios(source.read()))
