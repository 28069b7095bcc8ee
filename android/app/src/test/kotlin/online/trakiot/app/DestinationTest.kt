package online.trakiot.app

import online.trakiot.app.navigation.Destination
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** Routes come from outside as well: what no screen can show leads nowhere. */
class DestinationTest {
    @Test
    fun aPlaceThatIsNotOnEarthLeadsNowhere() {
        for (place in listOf("91,0", "-90.1,0", "0,180.5", "0,-181", "NaN,0", "0,NaN", "Infinity,0", "1", "1,2,3", "north,0", "")) {
            assertNull(place, Destination.of("near-place/$place"))
        }
        for (place in listOf(31.2 to 121.5, -90.0 to -180.0, 90.0 to 180.0)) {
            val there = Destination.NearPlace(place.first, place.second)
            assertEquals(there, Destination.of(there.route))
        }
    }
}
