// A long list costs a few pages, whatever is looked at.
import Testing

@testable import TrakModel

@Suite struct PageCacheTests {
    @Test func everyIndexHasItsElementAndFewPagesAreKept() {
        var cache = PageCache<Int>(capacity: 3)
        cache.startOver(with: Array(0..<50))
        var fetched: [Int] = []
        let page = { (offset: Int) -> [Int] in
            fetched.append(offset)
            return Array(offset..<min(offset + 50, 100_000))
        }
        for index in [0, 49, 50, 99_999, 51, 99_950, 12_345] {
            #expect(cache.element(at: index, fetch: page) == index)
        }
        #expect(fetched == [50, 99_950, 12_300], "a page that is here is not fetched again")
        #expect(cache.element(at: 0, fetch: page) == 0)
        #expect(fetched.last == 0, "the page that was not looked at for longest had to go")
    }

    @Test func aListThatBecameShorterHasNoRowThere() {
        var cache = PageCache<Int>(capacity: 3)
        cache.startOver(with: [1, 2, 3])
        #expect(cache.element(at: 3) { _ in [] } == nil)
        cache.startOver(with: [])
        #expect(cache.element(at: 0) { _ in [] } == nil)
    }
}
