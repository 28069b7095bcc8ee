package online.trakiot.app.reporting

import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.launch
import online.trakiot.app.TrakApplication

/**
 * Looks every quarter of an hour whether reporting runs where it should: some phones end an app and never start its service
 * again. It goes on, or the person is told that it does not.
 */
class ReportingWatch : JobService() {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun onStartJob(params: JobParameters): Boolean {
        val reporter = (application as TrakApplication).services.reporter
        scope.launch {
            reporter.resume()
            jobFinished(params, false)
        }
        return true
    }

    override fun onStopJob(params: JobParameters): Boolean {
        scope.coroutineContext.cancelChildren()
        return false // the next quarter of an hour is soon enough
    }

    override fun onDestroy() {
        scope.cancel()
        super.onDestroy()
    }

    companion object {
        private const val JOB = 710_001

        /** The shortest period that the system keeps. */
        private const val EVERY_MS = 15 * 60_000L

        fun begin(context: Context) {
            val job = JobInfo.Builder(JOB, ComponentName(context, ReportingWatch::class.java)).setPeriodic(EVERY_MS).setPersisted(true)
            context.getSystemService(JobScheduler::class.java).schedule(job.build())
        }

        fun end(context: Context) = context.getSystemService(JobScheduler::class.java).cancel(JOB)
    }
}
