import com.github.unidbg.AndroidEmulator;
import com.github.unidbg.Module;
import com.github.unidbg.linux.android.AndroidEmulatorBuilder;
import com.github.unidbg.linux.android.AndroidResolver;
import com.github.unidbg.pointer.UnidbgPointer;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import unicorn.Arm64Const;

/**
 * Runs the core's arm64 Android library on an emulated processor with Android's own C library (of API 23, the oldest
 * that unidbg has): {@code SelfTest FOLDER SHIPPED TESTED}. SHIPPED is the library as an app gets it, TESTED the same
 * with the feature self-test. What is called is the C interface that the Kotlin bindings call.
 */
public final class SelfTest {
  /** What the checks of bindings/src/self_test.rs are about, by number. */
  private static final String[] CHECKS = {
    "versions", "datum vectors", "distances", "search", "in-memory database", "encrypted pages"
  };

  /** Of uniffi: a call's status is a byte and a buffer; the byte says how the call went. */
  private static final int STATUS_BYTES = 32;
  private static final int BUFFER_BYTES = 24;
  private static final int PANICKED = 2;

  private final AndroidEmulator emulator;
  private final Module library;
  private int passed;
  private int failed;

  private SelfTest(File folder, File file) {
    emulator = AndroidEmulatorBuilder.for64Bit().setProcessName("online.trakiot").setRootDir(folder).build();
    emulator.getMemory().setLibraryResolver(new AndroidResolver(23));
    library = emulator.getMemory().load(file, true);
  }

  public static void main(String[] arguments) throws Exception {
    File folder = new File(arguments[0]);
    SelfTest shipped = new SelfTest(folder, new File(arguments[1]));
    shipped.contract();
    shipped.coordinates();
    shipped.emulator.close();
    SelfTest tested = new SelfTest(folder, new File(arguments[2]));
    tested.checks();
    tested.panic();
    tested.emulator.close();
    int failed = shipped.failed + tested.failed;
    System.out.println("unidbg: " + (shipped.passed + tested.passed) + " passed, " + failed + " failed");
    System.exit(failed == 0 ? 0 : 1);
  }

  private void say(String what, boolean right) {
    System.out.println((right ? "ok      " : "FAILED  ") + what);
    if (right) {
      passed++;
    } else {
      failed++;
    }
  }

  private UnidbgPointer allocate(int bytes) {
    UnidbgPointer pointer = emulator.getMemory().malloc(bytes, false).getPointer();
    pointer.setMemory(0, bytes, (byte) 0);
    return pointer;
  }

  private long call(String function, Object... words) {
    return library.callFunction(emulator, function, words).longValue();
  }

  /** A call that returns a buffer: the processor's convention wants the place for it in x8. */
  private byte[] callForBytes(UnidbgPointer buffer, String function, Object... words) {
    emulator.getBackend().reg_write(Arm64Const.UC_ARM64_REG_X8, buffer.peer);
    call(function, words);
    return bytes(buffer);
  }

  private static byte[] bytes(UnidbgPointer buffer) {
    int length = (int) buffer.getLong(8);
    return length == 0 ? new byte[0] : buffer.getPointer(16).getByteArray(0, length);
  }

  private void contract() {
    long version = call("ffi_trak_ffi_uniffi_contract_version") & 0xffffffffL;
    say("the shipped library loads; uniffi's contract " + version, version >= 29 && version < 100);
  }

  private void coordinates() {
    UnidbgPointer status = allocate(STATUS_BYTES);
    UnidbgPointer text = allocate(BUFFER_BYTES);
    byte[] typed = "31.2304, 121.4737".getBytes(StandardCharsets.UTF_8);
    UnidbgPointer foreign = allocate(typed.length);
    foreign.write(0, typed, 0, typed.length);
    byte[] kept = callForBytes(text, "ffi_trak_ffi_rustbuffer_from_bytes", typed.length, foreign, status);
    say("the shipped library takes a text", new String(kept, StandardCharsets.UTF_8).equals("31.2304, 121.4737"));
    byte[] place = callForBytes(allocate(BUFFER_BYTES), "uniffi_trak_ffi_fn_func_parse_coordinates", text, status);
    boolean right = status.getByte(0) == 0 && place.length == 16
        && ByteBuffer.wrap(place).getDouble() == 31.2304 && ByteBuffer.wrap(place).getDouble(8) == 121.4737;
    say("the shipped library reads coordinates", right);
  }

  private void checks() {
    UnidbgPointer status = allocate(STATUS_BYTES);
    long count = call("uniffi_trak_ffi_fn_func_self_test_count", status) & 0xffffffffL;
    say("all checks are here: " + count, count == CHECKS.length);
    for (int number = 0; number < CHECKS.length; number++) {
      long answer = call("uniffi_trak_ffi_fn_func_self_test", number, status) & 0xffffffffL;
      say(CHECKS[number], answer == 0 && status.getByte(0) == 0);
    }
  }

  private void panic() {
    UnidbgPointer status = allocate(STATUS_BYTES);
    call("uniffi_trak_ffi_fn_func_self_test_panic", status);
    String message = new String(bytes((UnidbgPointer) status.share(8)), StandardCharsets.UTF_8);
    say("a panic is an error: " + message, status.getByte(0) == PANICKED && message.contains("on purpose"));
    long count = call("uniffi_trak_ffi_fn_func_self_test_count", allocate(STATUS_BYTES)) & 0xffffffffL;
    say("the library works on after it", count == CHECKS.length);
  }
}
