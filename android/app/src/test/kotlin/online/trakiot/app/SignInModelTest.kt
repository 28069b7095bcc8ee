package online.trakiot.app

import androidx.lifecycle.SavedStateHandle
import online.trakiot.app.screens.signin.SignInEvent
import online.trakiot.app.screens.signin.SignInModel
import online.trakiot.app.screens.signin.SignInState
import online.trakiot.core.Link
import online.trakiot.core.NoHandle
import online.trakiot.core.Trak
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** What the sign-in remembers, and for how long. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
@Config(sdk = [35], application = android.app.Application::class)
class SignInModelTest {
    private val saved = SavedStateHandle()
    private val pin = ByteArray(32) { it.toByte() }
    private val pem = "-----BEGIN CERTIFICATE-----".encodeToByteArray()

    private fun SignInModel.does(vararg events: SignInEvent) = events.forEach { on(it, Trak(NoHandle)) {} }

    @Test
    fun anAcceptedLinkOutlivesTheProcessWithItsOnlyKey() {
        val before = SignInModel(saved)
        before.take(Link.Server("https://fleet.example", "li@example.com", pin))
        before.does(SignInEvent.Authority(pem), SignInEvent.Password("secret"), SignInEvent.Code("123456"))

        val after = SignInModel(SavedStateHandle(saved.keys().associateWith { saved.get<Any?>(it) })).state.value
        assertEquals("https://fleet.example", after.server)
        assertEquals("li@example.com", after.email)
        assertArrayEquals(pin, after.pins.single())
        assertArrayEquals(pem, after.authority)
        assertEquals("no password outlives it", "", after.password + after.code)
    }

    @Test
    fun whoeverComesNextFindsNothingOfIt() {
        val model = SignInModel(saved)
        model.take(Link.Server("https://fleet.example", "li@example.com", pin))
        model.does(SignInEvent.Authority(pem), SignInEvent.Password("secret"), SignInEvent.Code("123456"))
        model.forget()
        assertEquals(SignInState(), model.state.value)
        val after = SignInModel(SavedStateHandle(saved.keys().associateWith { saved.get<Any?>(it) })).state.value
        assertEquals(SignInState(), after)
    }

    @Test
    fun whatWasTrustedForOneServerIsNotTrustedForAnother() {
        val model = SignInModel(saved)
        model.take(Link.Server("https://fleet.example", null, pin))
        model.does(SignInEvent.Authority(pem), SignInEvent.Cleartext(true), SignInEvent.Server("https://other.example"))
        val state = model.state.value
        assertTrue(state.pins.isEmpty())
        assertNull(state.authority)
        assertEquals(false, state.cleartextAllowed)
        assertNull(saved["authority"])
    }
}
