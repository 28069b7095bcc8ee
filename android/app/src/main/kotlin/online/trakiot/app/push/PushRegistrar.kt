package online.trakiot.app.push

/** The door to the service that delivers pushes. Nothing of the service runs, or is even loaded, before [start]. */
interface PushRegistrar {
    /** Whether this build of the app has what the service wants of it. */
    val available: Boolean

    /**
     * Starts the service, or goes on with it. [collects]: whether it may also collect what it does not need to deliver.
     * Answers with this phone's name there where it is known already; otherwise [PushKeeper.registered] hears of it.
     */
    fun start(collects: Boolean): String?

    /** Ends it and forgets this phone's name there; does nothing, and loads nothing, where it never ran. */
    fun stop()
}
