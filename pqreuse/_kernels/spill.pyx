"""NumPy's arrays within a limit of memory (NEP 49): what is beyond it lies in files, and the system decides what it holds."""

from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdlib cimport free, malloc
from libc.string cimport memset, strcpy

cimport numpy as cnp

cdef extern from "spill.h":
    int CAN_SPILL
    ctypedef struct spill:
        pass
    void *spill_malloc(void *ctx, size_t size)
    void *spill_calloc(void *ctx, size_t count, size_t each)
    void *spill_realloc(void *ctx, void *start, size_t size)
    void spill_free(void *ctx, void *start, size_t size)
    spill *new_spill(size_t limit, const char *pattern)
    void free_spill(spill *self)

cdef extern from "numpy/arrayobject.h":
    ctypedef struct PyDataMemAllocator:
        void *ctx
        void *(*malloc)(void *ctx, size_t size) noexcept
        void *(*calloc)(void *ctx, size_t count, size_t each) noexcept
        void *(*realloc)(void *ctx, void *start, size_t size) noexcept
        void (*free)(void *ctx, void *start, size_t size) noexcept
    ctypedef struct PyDataMem_Handler:
        char name[127]
        unsigned char version
        PyDataMemAllocator allocator
    object PyDataMem_SetHandler(object handler)

cnp.import_array()

can_spill = bool(CAN_SPILL)


cdef void forget(object capsule) noexcept:
    """The last array is gone, or there was none."""
    cdef PyDataMem_Handler *handler = <PyDataMem_Handler *> PyCapsule_GetPointer(capsule, "mem_handler")
    free_spill(<spill *> handler.allocator.ctx)
    free(handler)


def new_handler(size_t limit, bytes pattern):
    """What NumPy is to ask for memory: up to `limit` bytes of it, files with names of this pattern for the rest."""
    cdef spill *shared = new_spill(limit, pattern)
    cdef PyDataMem_Handler *handler = <PyDataMem_Handler *> malloc(sizeof(PyDataMem_Handler))
    if shared == NULL or handler == NULL:
        free(handler)
        if shared != NULL:
            free_spill(shared)
        raise MemoryError
    memset(handler, 0, sizeof(PyDataMem_Handler))
    strcpy(handler.name, "pqreuse_spill")
    handler.version = 1
    handler.allocator.ctx = shared
    handler.allocator.malloc = spill_malloc
    handler.allocator.calloc = spill_calloc
    handler.allocator.realloc = spill_realloc
    handler.allocator.free = spill_free
    return PyCapsule_New(handler, "mem_handler", forget)


def set_handler(handler):
    """Let NumPy ask this one, in this context; returns the one that it asked before."""
    return PyDataMem_SetHandler(handler)
